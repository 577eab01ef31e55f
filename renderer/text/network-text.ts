import type { TailnetSummary } from '../../contract/app-state.ts';
import type { Text } from './use-text.ts';

/** How the pool's network is reached, in a few words. */
export function networkText(tailnet: TailnetSummary | null, { t }: Text): string {
  if (tailnet === null || !tailnet.connected) return t('network.off');
  if (tailnet.path === 'relayed' && tailnet.relay !== null)
    return t('network.relayedBy', { relay: tailnet.relay });
  return t(`network.${tailnet.path}`);
}
