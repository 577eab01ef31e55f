import type { Install } from '../../../contract/installs.ts';
import type { SystemSample } from '../ports/system.ts';

/** How one part of the container engine is installed by hand; null: not of the engine, or nobody knows. */
export function engineCommand(_item: Install, _system: SystemSample | null): string | null {
  return null;
}
