import { fail } from '../../../../contract/problems.ts';
import type { RunResult } from '../../../core/ports/world.ts';

/** Services of the system, by the name of their unit (without `.service`). */
export interface Services {
  /** Whether it is switched on for every start of the machine. */
  isEnabled(name: string): Promise<boolean>;
  /** Whether it runs now. */
  isActive(name: string): Promise<boolean>;
  /** Switches it on, for now and for every start. */
  enable(name: string): Promise<void>;
  /** Starts it for now only. */
  start(name: string): Promise<void>;
  /** Switches it off, for now and for every start; an unknown one is fine. */
  disable(name: string): Promise<void>;
}

type Run = (program: string, args: readonly string[]) => Promise<string>;
type Try = (program: string, args: readonly string[]) => Promise<RunResult>;

/** systemd where it runs, else OpenRC. Throws `install-failed` where neither starts the services. */
export async function servicesOf(
  systemd: boolean,
  has: (program: string) => Promise<boolean>,
  run: Run,
  attempt: Try,
): Promise<Services> {
  if (systemd) return systemdServices(run, attempt);
  if (await has('rc-service')) return openRcServices(run, attempt);
  return noServices;
}

function systemdServices(run: Run, attempt: Try): Services {
  const says = async (word: string, name: string): Promise<boolean> =>
    (await attempt('systemctl', [word, '--quiet', `${name}.service`])).exitCode === 0;
  return {
    isEnabled: (name) => says('is-enabled', name),
    isActive: (name) => says('is-active', name),
    enable: async (name) => void (await run('systemctl', ['enable', '--now', `${name}.service`])),
    start: async (name) => void (await run('systemctl', ['start', `${name}.service`])),
    disable: async (name) => void (await attempt('systemctl', ['disable', '--now', `${name}.service`])),
  };
}

function openRcServices(run: Run, attempt: Try): Services {
  return {
    isEnabled: async (name) =>
      (await attempt('rc-update', ['show', 'default'])).stdout
        .split('\n')
        .some((line) => line.trim().split(/\s/)[0] === name),
    isActive: async (name) => (await attempt('rc-service', [name, 'status'])).exitCode === 0,
    enable: async (name) => {
      await run('rc-update', ['add', name, 'default']);
      await run('rc-service', [name, 'start']);
    },
    start: async (name) => void (await run('rc-service', [name, 'start'])),
    disable: async (name) => {
      await attempt('rc-service', [name, 'stop']);
      await attempt('rc-update', ['del', name, 'default']);
    },
  };
}

const nobody = (): never => fail('install-failed', 'neither systemd nor OpenRC starts services here');
const noServices: Services = {
  isEnabled: () => Promise.resolve(false),
  isActive: () => Promise.resolve(false),
  enable: async () => nobody(),
  start: async () => nobody(),
  disable: () => Promise.resolve(),
};
