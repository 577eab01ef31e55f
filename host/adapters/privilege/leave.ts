import type { LocalApi } from './local-api.ts';
import { isTailscale, sameServer } from './control-server.ts';
import { use } from './go-back.ts';
import type { LeaveTask } from './protocol.ts';

/**
 * Back to the owner's own network: the old profile in use, the pool's forgotten on this machine, the former operator
 * put back. Never a logout: Headscale then refuses to enrol that node again. Doing it twice changes nothing more.
 */
export async function leave(api: LocalApi, task: LeaveTask): Promise<void> {
  const pools = await poolProfiles(api, task);
  const current = await api.current();
  // Null: an entering that was cut off before its sign-in succeeded. Another profile: the owner went there himself.
  if (current === null || pools.includes(current.ID)) await use(api, task.oldProfile);
  for (const profile of pools) await api.forget(profile);
  await restoreOperator(api, task);
}

/** The profiles that entering made: the one noted, or (died before it was noted) whatever belongs to the pool's server. */
async function poolProfiles(api: LocalApi, task: LeaveTask): Promise<string[]> {
  const profiles = (await api.profiles()).filter((one) => one.ID !== task.oldProfile);
  if (task.newProfile !== null) {
    const ours = [task.newProfile, ...(task.olderProfiles ?? [])];
    return profiles.map((one) => one.ID).filter((one) => ours.includes(one));
  }
  // A self-hosted server had no profile before. On Tailscale's own, others of the owner's may live beside it.
  if (isTailscale(task.controlUrl)) return [];
  return profiles.filter((one) => sameServer(one.ControlURL, task.controlUrl)).map((one) => one.ID);
}

async function restoreOperator(api: LocalApi, { oldProfile, formerOperator }: LeaveTask): Promise<void> {
  if (oldProfile === null || formerOperator === null) return;
  if ((await api.current())?.ID !== oldProfile) return;
  const { OperatorUser: operator } = await api.prefs();
  if ((operator ?? '') !== formerOperator) await api.setOperator(formerOperator);
}
