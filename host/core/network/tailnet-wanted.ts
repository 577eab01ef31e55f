import type { Facts } from '../facts.ts';
import { findLine } from '../footprint.ts';
import { ourProfile } from '../steps/tailnet-lines.ts';
import type { Intent } from '../intent.ts';
import type { TailnetWanted } from '../ports/tailnet.ts';

/** What the network is asked about: the pool's wishes, or (while leaving) what the footprint remembers. */
export function tailnetWanted(intent: Intent, facts: Facts): TailnetWanted | null {
  const entries = facts.footprint.known ? facts.footprint.value : [];
  const profile = ourProfile(entries);
  const entered = findLine(entries, 'tailnet-entered');
  const ours = profile === null ? null : { profile, nodeId: entered?.nodeId ?? null };
  if (intent.pool !== null) {
    const { tailnet, nomad } = intent.pool.invite;
    return { controlUrl: tailnet.controlUrl, tag: tailnet.tag, servers: nomad.servers, ours };
  }
  const began = findLine(entries, 'tailnet');
  return began === null ? null : { controlUrl: began.controlUrl, tag: began.tag, servers: [], ours };
}
