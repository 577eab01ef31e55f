import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { formatBytes } from '../../contract/format.ts';
import { problemPhrase } from '../../contract/phrases.ts';
import { useHost } from '../client/host.tsx';
import { problemOf } from '../client/problem-of.ts';
import { useText } from '../text/use-text.ts';
import { Dialog } from './dialog.tsx';
import styles from './save-report.module.css';

/** Makes a report; what is in it is shown before it is saved. */
export function SaveReport() {
  const { t, say } = useText();
  const { orpc } = useHost();
  const preview = useMutation(orpc.report.preview.mutationOptions());
  const save = useMutation(orpc.report.create.mutationOptions());
  const make = () => {
    save.reset();
    preview.mutate({});
  };
  const shown = preview.data ?? null;
  const failed = preview.error ?? save.error;
  return (
    <div className={styles['save']}>
      <Button variant="default" loading={preview.isPending} onClick={make}>
        {t('report.make')}
      </Button>
      <output>
        {preview.isPending ? t('report.gathering') : ''}
        {save.data?.path ? t('report.saved', { path: save.data.path }) : ''}
      </output>
      {failed === null ? null : <p role="alert">{say(problemPhrase(problemOf(failed)))}</p>}
      {shown === null ? null : (
        <Dialog
          title={t('report.before')}
          opened={save.isIdle}
          onClose={preview.reset}
          buttons={
            <>
              <Button variant="default" onClick={preview.reset}>
                {t('common.cancel')}
              </Button>
              <Button data-autofocus onClick={() => save.mutate({ id: shown.id, way: 'save' })}>
                {t('report.save')}
              </Button>
            </>
          }
        >
          <p>{t('report.text')}</p>
          <Files files={shown.files} bytes={shown.bytes} />
        </Dialog>
      )}
    </div>
  );
}

function Files({
  files,
  bytes,
}: {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly bytes: number;
}) {
  const { t, language } = useText();
  return (
    <table className={styles['files']}>
      <tbody>
        {files.map((file) => (
          <tr key={file.name}>
            <th scope="row">{file.name}</th>
            <td>{formatBytes(file.bytes, language)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t('report.packed')}</th>
          <td>{formatBytes(bytes, language)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
