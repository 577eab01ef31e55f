import type { TailnetSummary } from '../../contract/app-state.ts';
import type { Text } from './use-text.ts';

/** How the pool's network is reached, in a few words. */
export function networkText(tailnet: TailnetSummary | null, { t }: Text): string {
  if (tailnet === null || !tailnet.connected) return t('network.off');
  const { path, relay, quality } = tailnet;
  const what =
    path === 'relayed' && relay !== null ? t('network.relayedBy', { relay }) : t(`network.${path}`);
  const ms = quality?.ms ?? null;
  return ms === null ? what : t('network.withMs', { what, ms: Math.round(ms) });
}
