import { fail, type ProblemCode } from '../../../contract/problems.ts';
import { seen } from '../facts.ts';
import type { ProgramsSample } from '../ports/releases.ts';
import type { StepPorts } from '../steps/context.ts';

/** A shelf and a releases site in memory. */
export interface FakePrograms {
  sample: ProgramsSample;
  published: readonly string[];
  /** How every download fails, or null. */
  refuses: ProblemCode | null;
}

/** Nothing lies there, and nothing is published. */
export const noPrograms = (): FakePrograms => ({
  sample: { installed: [], chosen: null, trial: null, failed: [], devicePlugin: 'absent' },
  published: [],
  refuses: null,
});

/** The two ports over them; each call is noted, and does what its name says. */
export function fakePrograms(
  programs: FakePrograms,
  note: (call: string) => Promise<void>,
): Pick<StepPorts, 'releases' | 'shelf'> {
  const change = (to: Partial<ProgramsSample>): void => {
    programs.sample = { ...programs.sample, ...to };
  };
  return {
    releases: {
      devicePluginVersion: '1.1.0',
      versions: () => Promise.resolve(programs.published),
      offers: () => Promise.resolve([]),
      install: async (program, version, report) => {
        await note(`releases.install ${program} ${version}`);
        if (programs.refuses !== null) fail(programs.refuses);
        report({ done: 1, total: 1, unit: 'bytes' });
        if (program === 'nomad') change({ installed: [...programs.sample.installed, version] });
        else change({ devicePlugin: 'here' });
      },
    },
    shelf: {
      folder: '/programs',
      look: () => Promise.resolve(seen(programs.sample, 1)),
      nomad: () => Promise.resolve(null),
      devicePlugin: () => Promise.resolve(null),
      choose: (version, from) => {
        change({ chosen: version, trial: from === null ? null : { from, since: 1 } });
        return note(`shelf.choose ${version} ${from ?? '-'}`);
      },
      settle: () => note('shelf.settle'),
      revert: () => note('shelf.revert'),
    },
  };
}
