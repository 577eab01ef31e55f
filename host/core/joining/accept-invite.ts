import type { Invite } from '../../../pool/contract/invite.ts';
import { entered } from '../footprint.ts';
import type { Facts } from '../facts.ts';
import type { Intent, PoolIntent } from '../intent.ts';
import { network } from '../network/network.ts';
import type { FootprintStore, Folders, Log, Secrets } from '../ports/stores.ts';

/** What an invite's secrets are kept by. */
export interface KeepingParts {
  readonly secrets: Secrets;
  readonly log: Log;
  readonly footprint: FootprintStore;
  readonly folders: Folders;
}

/** Puts an invite's secrets into their files, with their folder's line first. */
export async function keepSecrets({ tailnet, nomad }: Invite, parts: KeepingParts): Promise<void> {
  const { secrets, log, footprint, folders } = parts;
  const kept = [
    ['auth-key', tailnet.authKey],
    ['tls-ca', nomad.tls?.ca],
    ['tls-certificate', nomad.tls?.certificate],
    ['tls-key', nomad.tls?.key],
    ['introduction-token', nomad.introductionToken],
  ] as const;
  if (kept.every(([, value]) => value == null)) return;
  const { value: entries } = await footprint.load();
  const noted = entries.some(({ line }) => line.kind === 'folder' && line.path === folders.secrets);
  if (!noted) await footprint.add({ kind: 'folder', path: folders.secrets, asRoot: false });
  for (const [name, value] of kept) {
    if (value == null) continue;
    log.redact(value);
    await secrets.write(name, value);
  }
}

/** An invite as it is wanted: its secrets lie in their own store. */
export const withoutSecrets = (invite: Invite, acceptedAt: number): PoolIntent => ({
  invite: {
    ...invite,
    tailnet: { ...invite.tailnet, authKey: null },
    nomad: { ...invite.nomad, tls: null, introductionToken: null },
  },
  hasAuthKey: invite.tailnet.authKey != null,
  hasTls: invite.nomad.tls != null,
  hasIntroduction: invite.nomad.introductionToken != null,
  acceptedAt,
});

/** A fresh invite to the pool that is joined already: its word holds from now on, and what ran out is brought again. */
export interface FreshInvite {
  readonly invite: Invite;
  /** Whether the network is to be entered again with it: where it is not reached. */
  readonly enters: boolean;
}

/** What a fresh invite of the pool that is joined leads to; null: it is another pool's. */
export function freshInvite(invite: Invite, { pool }: Intent, facts: Facts, now: number): FreshInvite | null {
  if (pool === null || pool.invite.pool.id !== invite.pool.id) return null;
  const connected = network(facts, pool, now).is === 'connected';
  // Its key is not wanted where the network is reached.
  if (connected)
    return { invite: { ...invite, tailnet: { ...invite.tailnet, authKey: null } }, enters: false };
  return { invite, enters: true };
}

/** Whether the network was entered with an older invite than the one that holds: it is entered again. */
export const entersAgain = (pool: PoolIntent, facts: Facts): boolean => {
  const at = facts.footprint.known ? entered(facts.footprint.value) : null;
  return at !== null && at < pool.acceptedAt;
};
