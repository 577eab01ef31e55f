import type { NodeStateKind } from '../../../contract/node-state.ts';
import { useAppState } from '../../client/host.tsx';
import { Card, Empty } from '../../components/card.tsx';
import { Page } from '../../components/screen.tsx';
import { WorkRows } from '../../components/work-rows.tsx';
import { useText } from '../../text/use-text.ts';
import { PastWork } from './past-work.tsx';

/** Jobs of the pool on this computer: running, downloading and past. */
export function WorkScreen() {
  const { t } = useText();
  const { work, node } = useAppState();
  const downloading = work.filter(({ state }) => state === 'downloading');
  const running = work.filter(({ state }) => state !== 'downloading' && state !== 'ended');
  return (
    <Page title={t('work.title')} lead={t('work.lead')}>
      <Card title={t('work.running')}>
        {running.length === 0 ? (
          <Empty title={t('work.none')} text={t(whyNoWork(node.kind))} />
        ) : (
          <WorkRows work={running} />
        )}
      </Card>
      <Card title={t('work.downloading')}>
        {downloading.length === 0 ? (
          <Empty title={t('work.noDownload')} text={t('work.noDownloadText')} />
        ) : (
          <WorkRows work={downloading} />
        )}
      </Card>
      <Card title={t('work.past')}>
        <PastWork going={work.map(({ id, state }) => `${id} ${state}`).join()} />
      </Card>
    </Page>
  );
}

/** The text that says why no job runs in a state. */
export function whyNoWork(kind: NodeStateKind): string {
  if (kind === 'sharing') return 'work.noneSharing';
  return kind === 'paused' || kind === 'pausing' ? 'work.nonePaused' : 'work.noneOther';
}
