#!/usr/bin/env node
// `npm run bench`: what Rigshare costs, against bare Electron in the same run, as a table and as JSON in test-results/bench.json.
//   node scripts/bench.mjs [--quick] [--only start,rest,reopen,host,ledger,pause] [--starts 25] [--runs 5] [--settle 8] [--idle 30]
// Linux alone. The package is measured too where `npm run package` made one. Another program's work spoils the figures: nothing else should run.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { appsIn } from './bench/apps.mjs';
import { measureReopen, measureRest, measureStart } from './bench/against-bare.mjs';
import { enterDemo, measureHost } from './bench/host.mjs';
import { measureLedger } from './bench/ledger.mjs';
import { openPanel } from './bench/panel.mjs';
import { measurePause } from './bench/pause.mjs';
import { table } from './bench/report.mjs';
import { packaged } from './package/paths.mjs';
import { main, root, say, Stop } from './parts/checkout.mjs';
import { openDisplay } from './parts/display.mjs';
import { setUp } from './setup.mjs';

const parts = ['start', 'rest', 'reopen', 'host', 'ledger', 'pause'];

function readOptions(args) {
  const number = (name) => ({ [name]: { type: 'string' } });
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: parts.join(',') },
      ...number('starts'),
      ...number('runs'),
      ...number('settle'),
      ...number('idle'),
    },
  });
  const usual = values.quick
    ? { starts: 5, runs: 2, settle: 4, idle: 10, reopens: 4 }
    : { starts: 25, runs: 5, settle: 8, idle: 30, reopens: 15 };
  const pick = (name) => (values[name] === undefined ? usual[name] : Number(values[name]));
  return {
    only: values.only.split(','),
    starts: pick('starts'),
    runs: pick('runs'),
    settleS: pick('settle'),
    idleS: pick('idle'),
    reopens: usual.reopens,
  };
}

async function measureAll(options, folder, electron) {
  const apps = appsIn(folder, electron, packaged.program);
  const compared = [apps.bare, apps.checkout, ...(fs.existsSync(packaged.program) ? [apps.packaged] : [])];
  const display = await openDisplay();
  const panel = await openPanel(display.env.DBUS_SESSION_BUS_ADDRESS);
  const desk = { env: display.env, panel };
  const measures = {
    start: () => measureStart(compared, desk, options),
    rest: () => measureRest(compared, desk, options),
    reopen: () => measureReopen(apps.checkout, desk, options),
    host: () => measureHost(path.join(folder, 'host'), options),
    ledger: () => measureLedger(folder),
    pause: () => measurePause(folder, options),
  };
  const result = {};
  try {
    for (const app of compared.filter(({ name }) => name !== 'bare')) await enterDemo(app.home);
    for (const part of parts.filter((one) => options.only.includes(one))) {
      say(`measuring: ${part}`);
      result[part] = await measures[part]();
    }
  } finally {
    panel.close();
    display.close();
  }
  return result;
}

await main(async (args) => {
  const options = readOptions(args);
  if (process.platform !== 'linux')
    throw new Stop('Measured on Linux alone: memory and time are read from /proc.');
  const electron = await setUp({ display: true });
  build();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rigshare-bench-'));
  try {
    const result = await measureAll(options, folder, electron);
    const machine = {
      cpus: os.cpus().length,
      model: os.cpus()[0].model,
      load: os.loadavg().map((one) => +one.toFixed(2)),
    };
    const file = path.join(root, 'test-results/bench.json');
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `${JSON.stringify({ machine, options, ...result }, null, 2)}\n`);
    process.stdout.write(`${table(result)}\nAs JSON: ${path.relative(process.cwd(), file)}\n`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
});
