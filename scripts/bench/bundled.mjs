// What a measurement needs of the host's own code, bundled as the host itself is.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { root } from '../parts/checkout.mjs';

/** The exports of scripts/bench/entries/NAME.ts. */
export async function bundled(name) {
  const build = await rolldown({
    input: path.join(root, 'scripts/bench/entries', `${name}.ts`),
    cwd: root,
    platform: 'node',
    external: ['libsql', /^node:/],
    logLevel: 'silent',
  });
  const file = path.join(root, '.cache/bench', `${name}.mjs`);
  await build.write({ file, format: 'esm', codeSplitting: false });
  await build.close();
  return import(pathToFileURL(file).href);
}
