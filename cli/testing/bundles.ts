import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** The command line as it ships, beside a host that is `double-host.ts`. */
export interface Bundles {
  readonly cli: string;
  readonly remove: () => Promise<void>;
}

const root = join(import.meta.dirname, '..', '..');

/** Bundles both as the build does, into a folder of their own. */
export async function bundleCli(): Promise<Bundles> {
  const folder = await mkdtemp(join(tmpdir(), 'rigshare-bundles-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await bundle('cli/main.ts', join(folder, 'cli', 'main.js'));
  await bundle('cli/testing/double-host.ts', join(folder, 'host', 'main.js'));
  return { cli: join(folder, 'cli', 'main.js'), remove: () => rm(folder, { recursive: true }) };
}

async function bundle(input: string, file: string): Promise<void> {
  const made = await rolldown({
    input: join(root, input),
    platform: 'node',
    transform: { target: 'node20.18' },
    logLevel: 'silent',
  });
  await made.write({ file, format: 'esm', codeSplitting: false });
  await made.close();
}
