import { problem, type Problem } from '../../../contract/problems.ts';
import { fresh, type Facts } from '../facts.ts';
import type { SystemSample } from '../ports/system.ts';

/** The group whose members may use root's engine, and with it everything on this computer. */
export const engineGroup = 'docker';

/** Whether the user is in the engine's group by the system's list, and this session does not know it yet. */
export const needsNewLogin = ({ groups }: SystemSample): boolean =>
  groups.login.includes(engineGroup) && !groups.now.includes(engineGroup);

/** Why the container engine cannot run the pool's jobs, or null: it can, or was not looked at yet. */
export function engineTrouble(facts: Pick<Facts, 'engine' | 'system'>): Problem | null {
  const { engine, system } = facts;
  if (!engine.known) {
    if (engine.problem === null) return null;
    const refused = engine.problem.code === 'engine-refused';
    return refused && system.known && needsNewLogin(system.value)
      ? problem('engine-login-needed', engineGroup)
      : engine.problem;
  }
  const { kind, version, linux, nvidia, rootless } = engine.value;
  // Its answers hide what a job asked for (the machine's memory namespace, say), and Nomad's driver is made for Docker alone.
  if (kind === 'podman') return problem('engine-podman-unusable', `Podman ${version}`);
  if (!linux) return problem('engine-windows-containers', `Docker ${version}`);
  if (nvidia === 'runtime') return null;
  const missing = problem('nvidia-runtime-missing', nvidia === 'cdi' ? 'nvidia.com/gpu (CDI)' : null);
  return rootless ? { ...missing, command: rootlessRuntime } : missing;
}

/** An engine without root has settings of its own, and may not set control groups. */
const rootlessRuntime =
  'sudo nvidia-ctk config --set nvidia-container-cli.no-cgroups --in-place && nvidia-ctk runtime configure --runtime=docker --config="$HOME/.config/docker/daemon.json" && systemctl --user reload docker';

/** What is known of the user's session, where it is known. */
export const sessionOf = (facts: Facts, now: number): SystemSample['groups'] | null =>
  fresh(facts, 'system', now)?.groups ?? null;
