import { fail, problem, ProblemError } from '../../../contract/problems.ts';
import type { Releases } from '../ports/releases.ts';
import { chooseVersion } from '../programs/versions.ts';
import { poolBounds } from '../programs/wish.ts';
import type { StepContext, StepRunner } from './context.ts';

const devicePlugin = 'nomad-device-nvidia';

/** Downloads what is lacking; the folder is noted first. A first version is chosen at once, another waits for its swap. */
export const installNomad: StepRunner<'install-nomad'> = async (step, context) => {
  const { ports, signal, report } = context;
  const { releases, shelf, footprint } = ports;
  const { value: entries } = await footprint.load();
  if (!entries.some(({ line }) => line.kind === 'folder' && line.path === shelf.folder))
    await footprint.add({ kind: 'folder', path: shelf.folder, asRoot: false });
  const install = (program: Parameters<Releases['install']>[0], version: string): Promise<void> =>
    releases.install(program, version, (progress) => report(progress), signal);
  if (step.nomad !== null) {
    const version = step.nomad.version === null ? await newestAllowed(context) : step.nomad.version;
    await install('nomad', version);
    const look = await shelf.look();
    if (look.known && (look.value.chosen === null || !look.value.installed.includes(look.value.chosen)))
      await shelf.choose(version, null);
  }
  const { devicePluginVersion } = releases;
  if (step.devicePlugin && devicePluginVersion !== null)
    await toldBesides(context, () => install(devicePlugin, devicePluginVersion));
};

/** Without the device plugin the rest goes on; what that means is told as long as it is so. */
async function toldBesides({ facts, see, signal }: StepContext, install: () => Promise<void>): Promise<void> {
  const told = facts.notices.find((one) => one.code === 'device-plugin-missing');
  try {
    await install();
    if (told !== undefined) see({ over: told });
  } catch (error) {
    if (error instanceof ProblemError && told === undefined && !signal.aborted)
      see({ notice: problem('device-plugin-missing', error.message) });
    throw error;
  }
}

async function newestAllowed({ ports, intent, facts, signal }: StepContext): Promise<string> {
  if (intent.pool === null) throw new Error('no pool is joined');
  const published = await ports.releases.versions('nomad', signal);
  const bounds = poolBounds(intent.pool, facts);
  return (
    chooseVersion(published, bounds) ??
    fail('release-missing', `${bounds.minimum} … ${bounds.maximum ?? ''}`.trim())
  );
}

/**
 * The agent goes down, its state is copied, and from now on the new version is run. What said that nothing runs may be
 * some seconds old: the engine is asked once more, and where something runs all stays as it is.
 */
export const swapNomad: StepRunner<'swap-nomad'> = async ({ from, to }, { ports, see }) => {
  const look = await ports.engine.look(await ports.nomad.allocationIds());
  see({ fact: 'engine', value: look });
  if (!look.known || look.value.containers.some(({ state }) => state === 'running' || state === 'paused'))
    return;
  await ports.nomad.kill();
  await ports.nomad.sweep();
  await ports.nomad.keepState();
  await ports.shelf.choose(to, from);
};

/** The new version is ready: what the way back needed goes. */
export const settleNomad: StepRunner<'settle-nomad'> = async (_step, { ports }) => {
  await ports.shelf.settle();
  await ports.nomad.forgetState();
};

/** Back to the version before, with the state that it knew; the owner is told. */
export const revertNomad: StepRunner<'revert-nomad'> = async (_step, { ports, see }) => {
  const look = await ports.shelf.look();
  await ports.nomad.kill();
  await ports.nomad.sweep();
  await ports.nomad.restoreState();
  await ports.shelf.revert();
  see({ notice: problem('nomad-update-failed', look.known ? look.value.chosen : null) });
};
