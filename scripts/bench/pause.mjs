// A pause with a real Nomad, a real container engine and a real tailnet, against Nomad's own command on the same machine.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../parts/checkout.mjs';
import { onPath } from '../parts/system-packages.mjs';
import { ratio, spread } from './statistics.mjs';

/** Milliseconds from the command to a free graphics card, ours and `nomad node drain`'s; or why it was not measured. */
export function measurePause(folder, { runs }) {
  if (!onPath('nomad')) return { notMeasured: 'nomad is not on PATH' };
  const file = path.join(folder, 'pause.json');
  const args = [
    path.join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config=scripts/bench/pause/vitest.config.ts',
  ];
  const env = { ...process.env, RIGSHARE_MEASURED: file, RIGSHARE_PAUSES: String(runs) };
  const done = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8', timeout: 20 * 60_000 });
  if (done.status !== 0) throw new Error(`measuring a pause failed:\n${done.stdout}${done.stderr}`);
  if (!fs.existsSync(file))
    return { notMeasured: /\(skipped: (.+)\)/.exec(done.stdout)?.[1] ?? 'it was skipped' };
  const { firstMs, pauseMs, drainMs } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return {
    /** The first pauses wait for a broker, which this pool lacks. */
    firstMs: spread(firstMs),
    freeMs: spread(pauseMs),
    drainMs: spread(drainMs),
    ratio: ratio(pauseMs, drainMs),
  };
}
