import { ProblemError } from '../../../contract/problems.ts';
import type { ContainerSample } from '../ports/engine.ts';
import type { StepContext, StepRunner } from './context.ts';

/**
 * Gives the GPU back without anybody's help: the agent is killed first (else it would restart the tasks),
 * then the containers that carry this node's allocation ids end, then the agent's orphaned helpers.
 */
export const takeBack: StepRunner<'take-back'> = async ({ killAfterMs }, context) => {
  const { ports, signal } = context;
  const began = ports.clock.monotonic();
  await ports.nomad.kill();
  const containers = await ourContainers(context);
  const running = containers.filter(
    (c) => c.state !== 'exited' && c.state !== 'dead' && c.state !== 'created',
  );
  await Promise.all(running.map((c) => ports.engine.stop(c.id, killAfterMs, signal)));
  await Promise.all(containers.map((c) => ports.engine.remove(c.id)));
  await ports.nomad.sweep();
  ports.log.info('work taken back', {
    containers: running.length,
    ms: Math.round(ports.clock.monotonic() - began),
  });
};

async function ourContainers({ ports, see }: StepContext): Promise<readonly ContainerSample[]> {
  const look = await ports.engine.look(await ports.nomad.allocationIds());
  // Whose processes hold memory is told by containers that will be gone in a moment.
  see({ fact: 'engine', value: look });
  if (look.known) return look.value.containers;
  // The rest must not wait for an engine that does not answer: helpers are swept, then its problem is said.
  await ports.nomad.sweep();
  throw look.problem === null ? new Error('the engine was not looked at') : new ProblemError(look.problem);
}
