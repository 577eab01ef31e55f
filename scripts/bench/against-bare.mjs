// Rigshare beside bare Electron: time to the icon, memory, idle processor time. Launches take turns, so that both meet the same machine.
import { launch, sleep } from './apps.mjs';
import { cpuPercent, writtenBy } from './processes.mjs';
import { ratio, spread } from './statistics.mjs';
import { untilSharing } from './state.mjs';

/** Each of `apps` once per round, in an order that is turned round each time. */
async function takeTurns(apps, rounds, measure) {
  const rows = Object.fromEntries(apps.map((app) => [app.name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const app of round % 2 ? [...apps].reverse() : apps) rows[app.name].push(await measure(app));
  }
  return rows;
}

async function startOnce(app, desk) {
  const running = await launch(app, desk);
  try {
    await sleep(700);
    const ready = running.marks().find(([name]) => name === 'ready');
    return { trayMs: running.trayMs, readyMs: ready ? ready[1] - running.startedAt : Number.NaN };
  } finally {
    await running.close();
  }
}

async function restOnce(app, desk, { settleS, idleS }) {
  const running = await launch(app, desk);
  try {
    if (app.name !== 'bare') await untilSharing(app);
    await sleep(settleS * 1000);
    const memory = running.memory();
    const everything = () => [...running.shell(), ...running.host()];
    const writtenBefore = writtenBy(everything());
    const cpu = await cpuPercent(everything, idleS);
    return {
      shellPssMiB: memory.shell.pssMiB,
      bothPssMiB: memory.both.pssMiB,
      hostPrivateDirtyMiB: memory.host.privateDirtyMiB,
      cpuPercent: cpu,
      writtenKiBPerMinute: ((writtenBy(everything()) - writtenBefore) / 1024 / idleS) * 60,
    };
  } finally {
    await running.close();
  }
}

const column = (rows, name) => rows.map((row) => row[name]);

/** Milliseconds from the start to the icon and to Electron's `ready`, and their ratios to bare Electron's. */
export async function measureStart(apps, desk, { starts }) {
  for (const app of apps) await startOnce(app, desk);
  const rows = await takeTurns(apps, starts, (app) => startOnce(app, desk));
  const result = {};
  for (const { name } of apps) {
    result[name] = {
      trayMs: spread(column(rows[name], 'trayMs')),
      readyMs: spread(column(rows[name], 'readyMs')),
    };
    if (name !== 'bare')
      result[name].trayRatio = ratio(column(rows[name], 'trayMs'), column(rows.bare, 'trayMs'));
  }
  return result;
}

/** Memory and processor time at rest, while sharing in the demo pool, and the ratios of memory to bare Electron's. */
export async function measureRest(apps, desk, options) {
  const rows = await takeTurns(apps, options.runs, (app) => restOnce(app, desk, options));
  const bare = column(rows.bare, 'shellPssMiB');
  const result = { bare: { pssMiB: spread(bare), cpuPercent: spread(column(rows.bare, 'cpuPercent')) } };
  for (const { name } of apps.filter((app) => app.name !== 'bare')) {
    const names = ['shellPssMiB', 'bothPssMiB', 'hostPrivateDirtyMiB', 'cpuPercent', 'writtenKiBPerMinute'];
    result[name] = Object.fromEntries(names.map((one) => [one, spread(column(rows[name], one))]));
    result[name].shellRatio = ratio(column(rows[name], 'shellPssMiB'), bare);
    result[name].bothRatio = ratio(column(rows[name], 'bothPssMiB'), bare);
  }
  return result;
}

/** Milliseconds from a click on the icon to the first paint of a window that was open before. */
export async function measureReopen(app, desk, { reopens }) {
  const running = await launch(app, desk);
  const paints = () => running.marks().filter(([name]) => name === 'painted');
  const open = async () => {
    const before = paints().length;
    const clickedAt = Date.now();
    desk.panel.activate();
    while (paints().length === before) {
      if (Date.now() - clickedAt > 15_000) throw new Error('no window was painted within 15 s of the click');
      await sleep(5);
    }
    return paints().at(-1)[1] - clickedAt;
  };
  try {
    await open();
    const times = [];
    for (let i = 0; i < reopens; i += 1) {
      await sleep(800);
      process.kill(running.pid, 'SIGUSR2');
      await sleep(1200);
      times.push(await open());
    }
    return spread(times);
  } finally {
    await running.close();
  }
}
