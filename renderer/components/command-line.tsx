import { useText } from '../text/use-text.ts';
import { CopyButton } from './copy-button.tsx';
import styles from './command-line.module.css';

/** One shell line to copy. */
export function CommandLine({ command }: { readonly command: string }) {
  const { t } = useText();
  return (
    <div>
      <p className={styles['hint']}>{t('common.onLinux')}</p>
      <div className={styles['copyable']}>
        <code>{command}</code>
        <CopyButton text={command} />
      </div>
    </div>
  );
}
