import type { Install } from '../../../contract/installs.ts';
import type { Facts } from '../facts.ts';

/** What of the container engine the facts ask to have installed or switched on; pure. */
export function engineInstalls({ engine }: Facts, _now: number): readonly Install[] {
  if (engine.known || engine.problem?.code !== 'engine-missing') return [];
  return ['engine', 'engine-start', 'engine-group'];
}
