import { expect, test } from 'vitest';
import { boxOf, drawDiagram } from './diagram.mjs';

const module = (source: string, ...to: readonly string[]) => ({
  source,
  dependencies: to.map((resolved) => ({ resolved })),
});

test('a folder is one box, and the folders of the host and the pool one each', () => {
  expect(
    ['contract/problems.ts', 'host/core/steps/open.ts', 'host/main.ts', 'pool/contract/invite.ts'].map(boxOf),
  ).toEqual(['contract', 'host/core', 'host', 'pool/contract']);
});

test('draws one arrow for all imports from one box to another, and none for tests and packages', () => {
  const drawn = drawDiagram([
    module('contract/a.ts', 'node_modules/zod/index.js'),
    module('host/core/a.ts', 'contract/a.ts', 'host/core/b.ts'),
    module('host/core/b.ts', 'contract/a.ts'),
    module('contract/a.test.ts', 'host/core/a.ts'),
  ]);
  expect(drawn.split('\n')).toEqual([
    '```mermaid',
    'flowchart TD',
    '  contract["contract"]',
    '  host_core["host/core"]',
    '  host_core --> contract',
    '```',
  ]);
});
