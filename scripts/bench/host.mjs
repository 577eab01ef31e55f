// The host by itself, sharing in the demo pool: what it keeps in memory, how long it takes to answer, what it uses at rest.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from '../parts/checkout.mjs';
import { sleep } from './apps.mjs';
import { cpuPercent, memoryOf, writtenBy } from './processes.mjs';
import { bundled } from './bundled.mjs';
import { ask, untilSharing } from './state.mjs';
import { spread } from './statistics.mjs';

/** Runs a host of this checkout in the demo pool while `use` looks at it; `answersMs` is how long it took to answer. */
async function withHost(home, use) {
  const startedAt = Date.now();
  const child = spawn(process.execPath, [path.join(root, 'out/host/main.js'), '--home', home, '--demo'], {
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    while (!(await ask(home, 'status'))) {
      if (Date.now() - startedAt > 30_000) throw new Error('the host does not answer after 30 s');
    }
    const answersMs = Date.now() - startedAt;
    await untilSharing({ home, name: 'the host' });
    return await use(child.pid, answersMs);
  } finally {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(5000).then(() => child.kill('SIGKILL'))]);
  }
}

/** Leaves a home that shares in the demo pool: an installed app would ask its owner first. */
export const enterDemo = (home) => withHost(home, () => undefined);

const once = (home, { settleS, idleS }) =>
  withHost(home, async (pid, answersMs) => {
    await sleep(settleS * 1000);
    const { privateDirtyMiB, pssMiB } = memoryOf([pid]);
    const before = writtenBy([pid]);
    const percent = await cpuPercent(() => [pid], idleS);
    const writtenKiBPerMinute = ((writtenBy([pid]) - before) / 1024 / idleS) * 60;
    return { answersMs, privateDirtyMiB, pssMiB, cpuPercent: percent, writtenKiBPerMinute };
  });

/** Several hosts one after the other, in one folder, each figure with its spread. */
export async function measureHost(home, options) {
  const rows = [];
  for (let run = 0; run < options.runs; run += 1) rows.push(await once(home, options));
  const { nomadRequestsPerMinute } = await bundled('idle-requests');
  const requests = await nomadRequestsPerMinute();
  const figures = Object.fromEntries(
    Object.keys(rows[0]).map((name) => [name, spread(rows.map((row) => row[name]))]),
  );
  return { ...figures, nomadRequestsPerMinute: spread([requests]) };
}
