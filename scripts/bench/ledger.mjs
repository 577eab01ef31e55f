// A year's ledger: a million rows, opened again and again.
import fs from 'node:fs';
import path from 'node:path';
import { bundled } from './bundled.mjs';
import { spread } from './statistics.mjs';

const times = 9;

/** Milliseconds to open it and read the sums of thirty days, with how many rows it held. */
export async function measureLedger(folder) {
  const { fill, openMs } = await bundled('ledger');
  const home = path.join(folder, 'ledger');
  fs.mkdirSync(home, { recursive: true });
  const rows = await fill(home);
  const measured = [];
  for (let i = 0; i < times; i += 1) measured.push(await openMs(home));
  return { rows, openMs: spread(measured) };
}
