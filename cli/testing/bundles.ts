import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** The command line as it ships, beside a host that is `double-host.ts`. */
export interface Bundles {
  readonly cli: string;
  readonly remove: () => Promise<void>;
}

/** Bundles both as the build does, into a folder of their own. */
export async function bundleCli(): Promise<Bundles> {
  const folder = await mkdtemp(join(tmpdir(), 'rigshare-bundles-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await bundle(new URL('../main.ts', import.meta.url), join(folder, 'cli', 'main.js'));
  await bundle(new URL('./double-host.ts', import.meta.url), join(folder, 'host', 'main.js'));
  return { cli: join(folder, 'cli', 'main.js'), remove: () => rm(folder, { recursive: true }) };
}

async function bundle(input: URL, file: string): Promise<void> {
  const made = await rolldown({
    input: fileURLToPath(input),
    platform: 'node',
    transform: { target: 'node20.18' },
    logLevel: 'silent',
  });
  await made.write({ file, format: 'esm', codeSplitting: false });
  await made.close();
}
