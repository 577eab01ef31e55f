import { problem, type Problem } from '../../../contract/problems.ts';
import { fresh, type Facts } from '../facts.ts';
import { findLine } from '../footprint.ts';
import type { PoolIntent } from '../intent.ts';
import type { TailnetSample } from '../ports/tailnet.ts';
import { removal } from './removed.ts';

/** How this computer stands in the pool's network. */
export type Network =
  | { readonly is: 'unknown'; readonly problem: Problem | null }
  /** Not entered yet (or a try was undone). */
  | { readonly is: 'outside' }
  /** Entered, but the owner went to another network. */
  | { readonly is: 'elsewhere' }
  /** Entered, and on its way up. */
  | { readonly is: 'coming' }
  /** Entered, with something wrong. */
  | { readonly is: 'broken'; readonly problem: Problem }
  | { readonly is: 'connected'; readonly sample: TailnetSample };

/**
 * Connected means: running, the expected tag, no sign-in page, and TCP to a server.
 * "Running" alone does not tell: a removed computer still says so, and a re-authenticated one silently loses its tags.
 */
export function network(facts: Facts, pool: PoolIntent, now: number): Network {
  const sample = fresh(facts, 'tailnet', now);
  if (sample === null) return { is: 'unknown', problem: facts.tailnet.known ? null : facts.tailnet.problem };
  const entered = facts.footprint.known && findLine(facts.footprint.value, 'tailnet-entered') !== null;
  if (!entered) return { is: 'outside' };
  if (sample.active !== 'ours')
    return sample.active === 'other' ? { is: 'elsewhere' } : broken('tailnet-signed-out');
  if (removal(facts, sample, now) === 'removed') return broken('tailnet-removed');
  return ours(sample, pool);
}

function ours(sample: TailnetSample, pool: PoolIntent): Network {
  switch (sample.backend) {
    case 'no-state':
    case 'starting':
      return { is: 'coming' };
    case 'stopped':
      return { is: 'elsewhere' };
    case 'needs-approval':
      return broken('tailnet-needs-approval');
    case 'needs-login':
      if (sample.keyExpired) return broken('tailnet-key-expired');
      // A daemon that started anew asks for a sign-in where the pool no longer knows this computer.
      return broken(sample.authUrl === null ? 'tailnet-logged-out' : 'tailnet-removed');
    case 'running':
      if (sample.authUrl !== null) return broken('tailnet-removed');
      if (!sample.tags.includes(pool.invite.tailnet.tag))
        return broken('tailnet-tag-missing', pool.invite.tailnet.tag);
      if (sample.server === null)
        return broken(
          'tailnet-unreachable',
          pool.invite.nomad.servers.map((s) => `${s.host}:${s.port}`).join(', '),
        );
      return { is: 'connected', sample };
  }
}

const broken = (code: Parameters<typeof problem>[0], detail: string | null = null): Network => ({
  is: 'broken',
  problem: problem(code, detail),
});
