import { type Check, must, passed, wrong } from './check.ts';
import { comesWithJoining } from './comes.ts';

/** A container engine answers this user, and runs Linux containers. */
export const engineCheck: Check = {
  id: 'engine',
  applies: () => true,
  run: async (context) => {
    const engine = await context.looks.engine();
    if (!engine.known || engine.value.kind === 'podman') {
      const comes = await comesWithJoining(context, ['engine', 'engine-start', 'engine-group']);
      if (comes !== null) return comes;
    }
    const { kind, version, rootless, linux } = must(engine, 'engine-missing');
    const found = `${kind} ${version}${rootless ? ' (rootless)' : ''}`;
    if (kind === 'podman') return wrong('engine-podman-unusable', found);
    return linux ? passed(found) : wrong('engine-windows-containers', found);
  },
};
