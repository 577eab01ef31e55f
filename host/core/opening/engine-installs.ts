import type { Install } from '../../../contract/installs.ts';
import type { Facts } from '../facts.ts';
import { engineGroup, sessionOf } from './engine.ts';

/** What of the container engine the facts ask to have installed or switched on; pure. */
export function engineInstalls(facts: Facts, now: number): readonly Install[] {
  const { engine } = facts;
  const group = groupFor(facts, now);
  if (engine.known) {
    const { kind, rootless, nvidia } = engine.value;
    if (kind === 'podman') return ['engine', 'engine-start', ...group, ...runtimeFor(facts)];
    // An engine without root has its own settings: its owner changes them.
    return nvidia === 'runtime' || rootless ? [] : runtimeFor(facts);
  }
  switch (engine.problem?.code) {
    case 'engine-missing':
      return ['engine', 'engine-start', ...group, ...runtimeFor(facts)];
    case 'engine-stopped':
      return ['engine-start', ...group];
    case 'engine-refused':
      return group;
    default:
      return [];
  }
}

/** The group, unless the user is in it (then at most a new login is lacking) or root itself. */
function groupFor(facts: Facts, now: number): readonly Install[] {
  const groups = sessionOf(facts, now);
  const has =
    groups !== null && [...groups.login, ...groups.now].some((one) => one === engineGroup || one === 'root');
  return has ? [] : ['engine-group'];
}

/** NVIDIA's runtime, where there is a card for it. */
const runtimeFor = ({ gpus }: Facts): readonly Install[] =>
  gpus.known && gpus.value.gpus.length > 0 ? ['nvidia-runtime'] : [];
