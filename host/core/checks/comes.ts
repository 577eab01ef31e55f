import type { Install } from '../../../contract/installs.ts';
import { noFacts } from '../facts.ts';
import { neededInstalls } from '../opening/installs.ts';
import { type CheckContext, type Found, passed } from './check.ts';

/** What whoever joins gets installed or switched on, by fresh looks; nothing once joined, or where no invite is looked at. */
async function comingInstalls({ intent, invite, looks, now }: CheckContext): Promise<readonly Install[]> {
  if (intent.pool !== null || invite === null) return [];
  const [gpus, engine, tailnet, system] = await Promise.all([
    looks.gpus(),
    looks.engine(),
    looks.tailnet(),
    looks.system(),
  ]);
  return neededInstalls({ ...noFacts, gpus, engine, tailnet, system }, Math.max(now, system.at ?? 0))
    .installs;
}

/** What is lacking passes where joining brings it; null: it does not. */
export async function comesWithJoining(
  context: CheckContext,
  items: readonly Install[],
): Promise<Found | null> {
  const coming = await comingInstalls(context);
  return items.some((one) => coming.includes(one))
    ? passed(null, { key: 'check.found.installed', params: {} })
    : null;
}
