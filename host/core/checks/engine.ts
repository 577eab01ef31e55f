import { type Check, must, passed, wrong } from './check.ts';

/** A container engine answers this user, and runs Linux containers. */
export const engineCheck: Check = {
  id: 'engine',
  applies: () => true,
  run: async ({ looks }) => {
    const { kind, version, rootless, linux } = must(await looks.engine(), 'engine-missing');
    const found = `${kind} ${version}${rootless ? ' (rootless)' : ''}`;
    if (kind === 'podman') return wrong('engine-podman-unusable', found);
    return linux ? passed(found) : wrong('engine-windows-containers', found);
  },
};
