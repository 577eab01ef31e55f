// What processes use, read from /proc.
import fs from 'node:fs';

const MiB = 2 ** 20;

/** A file's text; empty when its process has ended. */
function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const numbered = (folder) => {
  try {
    return fs.readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
};

function parentOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** `pid` and everything it started. */
export function processTree(pid) {
  const children = new Map();
  for (const one of numbered('/proc').map(Number)) {
    const parent = parentOf(one);
    children.set(parent, [...(children.get(parent) ?? []), one]);
  }
  const found = [];
  const queue = [pid];
  while (queue.length > 0) {
    const next = queue.pop();
    found.push(next);
    queue.push(...(children.get(next) ?? []));
  }
  return found;
}

/** The processes whose command line holds all of `words`. */
export function processesOf(...words) {
  return numbered('/proc')
    .map(Number)
    .filter((pid) => {
      const line = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
      return line !== '' && words.every((word) => line.includes(word));
    });
}

/** Memory of all `pids` together, in MiB: with shared pages counted in parts (pss), and what was written by them alone. */
export function memoryOf(pids) {
  const total = { pssMiB: 0, privateDirtyMiB: 0, processes: pids.length };
  for (const pid of pids) {
    const text = read(`/proc/${pid}/smaps_rollup`);
    const bytes = (name) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    total.pssMiB += bytes('Pss') / MiB;
    total.privateDirtyMiB += bytes('Private_Dirty') / MiB;
  }
  return total;
}

/** Nanoseconds that the threads of `pids` have run, by thread. */
export function runtimeOf(pids) {
  const threads = new Map();
  for (const pid of pids) {
    for (const thread of numbered(`/proc/${pid}/task`)) {
      const ns = Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0] || 0);
      threads.set(thread, ns);
    }
  }
  return threads;
}

/** Bytes that `pids` caused to be written to disks. */
export function writtenBy(pids) {
  const bytes = (pid) => Number(/^write_bytes: (\d+)/m.exec(read(`/proc/${pid}/io`))?.[1] ?? 0);
  return pids.reduce((sum, pid) => sum + bytes(pid), 0);
}

/** Percent of one core that the processes of `find()` use over the next `seconds`. */
export async function cpuPercent(find, seconds) {
  const before = runtimeOf(find());
  const startedAt = performance.now();
  await new Promise((done) => setTimeout(done, seconds * 1000));
  const after = runtimeOf(find());
  const ns = [...after].reduce((sum, [thread, now]) => sum + now - (before.get(thread) ?? 0), 0);
  return ns / 1e4 / (performance.now() - startedAt);
}
