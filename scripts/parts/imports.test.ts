import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import config from '../../.dependency-cruiser.mjs';
import { plant, type Planted } from '../testing/planted.ts';
import { root } from './checkout.mjs';
import { checkImports } from './imports.mjs';

/** Rule → a file and what it must not import. */
const violations: Readonly<Record<string, readonly [file: string, target: string]>> = {
  'contract-is-a-leaf': ['contract/bad.ts', 'node:fs'],
  'pool-contract-is-a-leaf': ['pool/contract/bad.ts', '../../contract/good.ts'],
  'core-decides-only': ['host/core/bad.ts', '../adapters/gpu/good.ts'],
  'adapters-know-core-and-contracts': ['host/adapters/gpu/bad.ts', '../../demo/good.ts'],
  'adapters-do-not-know-each-other': ['host/adapters/nomad/bad.ts', '../gpu/good.ts'],
  'observers-and-adapters-are-apart': ['host/observers/bad.ts', '../adapters/gpu/good.ts'],
  'demo-is-the-wire': ['host/demo/bad.ts', '../adapters/gpu/good.ts'],
  'procedures-are-thin': ['host/procedures/bad.ts', '../adapters/gpu/good.ts'],
  'only-the-entry-joins-the-host': ['host/bad.ts', './main.ts'],
  'clients-know-the-contract': ['client/bad.ts', '../host/core/good.ts'],
  'client-is-below-cli': ['client/low.ts', '../cli/good.ts'],
  'shell-knows-the-contract': ['electron/bad.ts', '../host/core/good.ts'],
  'page-knows-the-contract': ['renderer/bad.ts', '../client/good.ts'],
  'page-uses-no-node': ['renderer/worse.ts', 'node:path'],
  'operators-half-stands-alone': ['pool/service/bad.ts', '../../host/core/good.ts'],
  'electron-stays-in-its-folder': ['cli/bad.ts', 'electron'],
  'programs-import-no-tests': ['cli/worse.ts', '../e2e/good.ts'],
  'programs-use-dependencies': ['host/dev.ts', 'fast-check'],
  'imports-lead-somewhere': ['cli/lost.ts', './not-there.ts'],
};

const good = [
  'contract/good.ts',
  'host/core/good.ts',
  'host/adapters/gpu/good.ts',
  'host/demo/good.ts',
  'client/good.ts',
  'cli/good.ts',
  'e2e/good.ts',
  'host/main.ts',
];

/** Imports each house needs: none of them may be found. */
const allowed: Readonly<Record<string, string>> = {
  'contract/fine.ts':
    "import { z } from 'zod';\nimport { oc } from '@orpc/contract';\nexport const used = [z, oc];\n",
  'host/core/fine.ts': "import { good } from '../../contract/good.ts';\nexport const used = good;\n",
  'host/adapters/gpu/fine.ts':
    "import fs from 'node:fs';\nimport { good } from '../../core/good.ts';\nimport { execa } from 'execa';\nexport const used = [fs, good, execa];\n",
  'electron/fine.ts':
    "import { app } from 'electron';\nimport { good } from '../client/good.ts';\nexport const used = [app, good];\n",
  'host/core/fine.test.ts': "import { test } from 'vitest';\nexport const used = test;\n",
};

describe('who may import whom', () => {
  let planted: Planted;
  let found: readonly string[];

  beforeAll(() => {
    const files: Record<string, string> = { ...allowed };
    for (const file of good) files[file] = 'export const good = 1;\n';
    for (const [file, target] of Object.values(violations)) {
      files[file] = `import * as target from '${target}';\nexport const used = target;\n`;
    }
    files['renderer/element.tsx'] =
      "import { used } from '../client/good.ts';\nexport const Bad = () => <p>{used}</p>;\n";
    planted = plant(files);
    found = checkImports(planted.folder).problems;
  }, 60_000);
  afterAll(() => planted.close());

  test.each(Object.entries(violations))('a planted violation of "%s" is found', (rule, [file]) => {
    expect(found.filter((problem) => problem.startsWith(`${rule}: ${file} →`))).not.toEqual([]);
  });

  test('every rule has its planted violation', () => {
    expect(Object.keys(violations).sort()).toEqual(config.forbidden.map((rule) => rule.name).sort());
  });

  test('a violation in a file with elements is found too', () => {
    expect(
      found.filter((problem) => problem.startsWith('page-knows-the-contract: renderer/element.tsx →')),
    ).not.toEqual([]);
  });

  test('what a folder is there to import is not found', () => {
    expect(
      found.filter((problem) => / (contract|host\/core|host\/adapters\/gpu|electron)\/fine/.test(problem)),
    ).toEqual([]);
  });
});

describe('reading the imports', () => {
  test('reads the files of this checkout and the imports in them', () => {
    const { modules } = checkImports(root);
    const core = modules.filter(({ source }) => source.startsWith('host/core/'));
    expect(core.length).toBeGreaterThan(5);
    expect(core.flatMap(({ dependencies }) => dependencies).length).toBeGreaterThan(5);
  }, 60_000);

  test('says so when nothing could be read', () => {
    const empty = plant({ 'contract/alone.ts': 'export const alone = 1;\n' });
    try {
      expect(checkImports(empty.folder).problems).toEqual(['nothing was read: not one import']);
    } finally {
      empty.close();
    }
  }, 60_000);
});
