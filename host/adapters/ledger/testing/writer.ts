// A process that appends for ever and says on its output what was acknowledged; a test ends it without warning.
import { observation } from '../../../core/earnings/testing/samples.ts';
import { createFiles } from '../../files/files.ts';
import { openLedger } from '../index.ts';

const [file = '', round = '0'] = process.argv.slice(2);
const noon = Date.UTC(2025, 5, 1, 12);
const ledger = await openLedger({ file, files: createFiles({ now: () => noon }), timeZone: 'Asia/Shanghai' });
for (let i = 0; ; i++) {
  const job = { allocation: `${round}-${i}`, at: noon + i * 1_000, seenAt: noon };
  await ledger.append([
    observation(job),
    observation({ ...job, what: 'alive', at: job.at + 60_000 }),
    ...(i % 5 === 0 ? [] : [observation({ ...job, what: 'end', at: job.at + 90_000, ended: 'finished' })]),
  ]);
  process.stdout.write(`${job.allocation}\n`);
}
