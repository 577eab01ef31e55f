import { fail, problem, type Problem, ProblemError } from '../../../contract/problems.ts';
import { type Fact, seen, unknown } from '../../core/facts.ts';
import type { Tailnet, TailnetSample, TailnetWanted } from '../../core/ports/tailnet.ts';
import type { World } from '../../core/ports/world.ts';
import { LocalApi } from './local-api.ts';
import { withNames } from './names.ts';
import { pathTo, sampleOf, usesOf } from './sample.ts';
import { watchBus } from './watch.ts';

const dialWithinMs = 4_000;

/** Tailscale updates itself by whichever package manager it came with. */
const updateCommand = 'sudo tailscale update';

/** Where the daemon's program may lie: on PATH, the packages' place (not on everybody's PATH), by hand, a snap's. */
const programPlaces = [
  'tailscaled',
  '/usr/sbin/tailscaled',
  '/usr/local/sbin/tailscaled',
  '/snap/bin/tailscale',
] as const;

type Needed = Pick<World, 'tailscaled' | 'dial' | 'lookUp' | 'clock' | 'programs'>;

/** tailscaled, seen and switched with an ordinary user's rights. */
export function createTailnet(world: Needed): Tailnet {
  const api = new LocalApi(world.tailscaled);
  return {
    look: (wanted) => look(api, world, wanted),
    watch: (onChange, signal) => void watchBus(api, world.clock, onChange, signal),
    switchTo: (profile) => switchTo(api, profile).catch(notPermitted),
  };
}

async function look(
  api: LocalApi,
  world: Needed,
  wanted: TailnetWanted | null,
): Promise<Fact<TailnetSample>> {
  try {
    const sample = await lookOnce(api, world, wanted);
    return seen(sample, world.clock.now());
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const found = await missingOrStopped(error.problem, world);
    return unknown(
      found.code === 'tailscale-too-old' ? { ...found, command: updateCommand } : found,
      world.clock.now(),
    );
  }
}

async function lookOnce(api: LocalApi, world: Needed, wanted: TailnetWanted | null): Promise<TailnetSample> {
  const [status, prefs, profile] = await Promise.all([api.status(), api.prefs(), api.currentProfile()]);
  const sample = sampleOf({ status, prefs, profile }, wanted, world.clock.now());
  // Only the owner's own network is asked what it is used for.
  const serving = sample.active === 'other' ? await api.serving().catch(() => null) : null;
  // Where it does not tell what it serves, what its preferences tell is named all the same.
  const uses = sample.active === 'other' ? usesOf(status, prefs, serving ?? {}) : null;
  const isUp = sample.active === 'ours' && sample.backend === 'running';
  const peers = isUp ? await withNames(sample.peers, wanted, world) : sample.peers;
  const server = isUp ? await reach(wanted, peers, world) : null;
  const path: TailnetSample['path'] =
    server === null ? { kind: 'unknown', relay: null } : pathTo(server.address, status);
  // Nobody had spoken with the server when we asked; reaching it has changed that.
  const fresh = path.kind === 'idle' && server !== null ? pathTo(server.address, await api.status()) : path;
  return { ...sample, peers, server, path: fresh, uses };
}

/** The pool's server that answers first. On another network its address may be anybody's: there nothing is dialled. */
async function reach(
  wanted: TailnetWanted | null,
  peers: TailnetSample['peers'],
  world: Needed,
): Promise<TailnetSample['server']> {
  const tries = (wanted?.servers ?? []).map(async ({ host, port }) => {
    const address = addressOf(host, peers);
    if (address === null) throw new Error(`${host} is not in sight`);
    const answer = await world.dial(address, port, dialWithinMs);
    if (!answer.ok) throw new Error(`${host}: ${answer.why}`);
    return { host, address, port, ms: answer.ms };
  });
  return Promise.any(tries).catch(() => null);
}

function addressOf(host: string, peers: TailnetSample['peers']): string | null {
  const plain = host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (/^[\d.]+$/.test(plain) || plain.includes(':')) return plain;
  return peers[plain] ?? null;
}

/** Without a socket: installed and not running, or not installed at all. */
async function missingOrStopped(of: Problem, { programs }: Needed): Promise<Problem> {
  if (of.code !== 'tailscale-missing') return of;
  for (const place of programPlaces)
    if ((await programs.find(place)) !== null) return problem('tailscale-stopped', of.detail);
  return of;
}

/** `off` and `on` turn the connection of the profile in use, `again` both; anything else is the id of the profile to go to. */
async function switchTo(api: LocalApi, profile: string): Promise<void> {
  if (profile === 'off' || profile === 'again') await api.setRunning(false);
  if (profile === 'off') return;
  if (profile !== 'on' && profile !== 'again' && (await api.currentProfile()) !== profile)
    await goTo(api, profile);
  const { WantRunning: wanted } = await api.prefs();
  if (wanted !== true) await api.setRunning(true);
}

/** Running, and not this user's to change: the one line that lets them. */
function notPermitted(error: unknown): never {
  if (!(error instanceof ProblemError) || error.problem.code !== 'tailscale-refused') throw error;
  throw new ProblemError({ ...error.problem, command: 'sudo tailscale set --operator="$USER"' });
}

async function goTo(api: LocalApi, profile: string): Promise<void> {
  if (!(await api.profiles()).includes(profile)) fail('tailnet-signed-out', `profile ${profile} is gone`);
  await api.switchTo(profile);
}
