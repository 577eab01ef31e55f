import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProcessId, Programs } from '../../core/ports/world.ts';
import { processTable } from './linux.ts';
import { systemPrograms } from './programs.ts';

let folder: string;
let started: ProcessId[];
const programs: Programs = systemPrograms(processTable, process.env);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-programs-'));
  started = [];
});
afterEach(async () => {
  for (const one of started) await programs.signal(one, 'SIGKILL');
  await rm(folder, { recursive: true });
});

const sh = (
  script: string,
  options: Partial<Parameters<Programs['run']>[2]> = {},
): ReturnType<Programs['run']> => programs.run('/bin/sh', ['-c', script], { timeoutMs: 5_000, ...options });

async function detach(script: string): Promise<ProcessId> {
  const id = await programs.startDetached('/bin/sh', ['-c', script], {
    outputFile: join(folder, 'out'),
    cwd: folder,
    env: { WORD: 'hello' },
  });
  started.push(id);
  return id;
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not happen within two seconds');
}

describe('running a program to its end', () => {
  it('hands back what it printed and its exit code, whatever that is', async () => {
    expect(await sh('echo out; echo err >&2; exit 3')).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
      failure: null,
    });
  });

  it('gives it its input and its environment', async () => {
    const { stdout } = await sh('cat; echo $WORD', { input: 'secret ', env: { WORD: 'word' } });
    expect(stdout).toBe('secret word\n');
  });

  it('says that a program is missing or may not be run', async () => {
    const file = join(folder, 'plain');
    await writeFile(file, 'text');
    await chmod(file, 0o644);
    expect(await programs.run(join(folder, 'none'), [], { timeoutMs: 1_000 })).toMatchObject({
      exitCode: null,
      failure: 'missing',
    });
    expect(await programs.run(file, [], { timeoutMs: 1_000 })).toMatchObject({
      exitCode: null,
      failure: 'denied',
    });
  });

  it('ends it at its time limit', async () => {
    const began = Date.now();
    expect(await sh('echo early; sleep 20', { timeoutMs: 80 })).toMatchObject({
      exitCode: null,
      failure: 'timeout',
    });
    expect(Date.now() - began).toBeLessThan(3_000);
  });

  it('lets go of a program whose pipes outlive it', async () => {
    const began = Date.now();
    const result = await sh('sleep 3 & wait', { timeoutMs: 80 });
    expect(result).toMatchObject({ exitCode: null, failure: 'timeout' });
    expect(Date.now() - began).toBeLessThan(2_500);
  });

  it('ends it when its caller no longer wants it, and tells a signal from that', async () => {
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 50);
    expect(await sh('sleep 20', { signal: caller.signal })).toMatchObject({ failure: 'aborted' });
    expect(await sh('kill -9 $$')).toMatchObject({ exitCode: null, failure: 'signal' });
  });
});

describe('finding a program', () => {
  it('takes a path as it is and a name from the absolute folders of PATH', async () => {
    const tool = join(folder, 'tool');
    await writeFile(tool, '#!/bin/sh\n');
    await chmod(tool, 0o755);
    const here = systemPrograms(processTable, { PATH: `.:relative:/nowhere:${folder}` });
    expect(await here.find('tool')).toBe(tool);
    expect(await here.find(tool)).toBe(tool);
    expect(await here.find(join(folder, 'other'))).toBe(null);
    expect(await here.find('other')).toBe(null);
    expect(await here.find(folder)).toBe(null);
  });
});

describe('talking with a program', () => {
  it('hears each line that it says, also after its input was closed', async () => {
    const talk = programs.talk('/bin/sh', ['-c', 'read a; echo "got $a"; read b || echo closed; exit 4'], {});
    talk.send('one');
    const lines: string[] = [];
    for await (const line of talk.lines) {
      lines.push(line);
      if (line.startsWith('got')) talk.end();
    }
    expect(lines).toEqual(['got one', 'closed']);
    expect(await talk.result).toMatchObject({ exitCode: 4, failure: null });
  });

  it('says how a missing program failed', async () => {
    const talk = programs.talk(join(folder, 'none'), [], {});
    talk.send('anything');
    expect(await talk.result).toMatchObject({ exitCode: null, failure: 'missing' });
  });
});

describe('starting a program that outlives us', () => {
  it('puts it into a process group of its own and appends its output to the file', async () => {
    await writeFile(join(folder, 'out'), 'before\n');
    const id = await detach('echo $WORD; pwd; exec sleep 20');
    await until(async () => (await readFile(join(folder, 'out'), 'utf8')).split('\n').length === 4);
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe(`before\nhello\n${folder}\n`);
    const group = (await readFile(`/proc/${id.pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ')[2];
    expect(Number(group)).toBe(id.pid);
    await until(
      async () =>
        (await programs.process(id.pid))?.executable?.endsWith('sleep') === true ||
        (await programs.process(id.pid))?.command[0] === 'sleep',
    );
    expect(await programs.process(id.pid)).toMatchObject({
      pid: id.pid,
      startTime: id.startTime,
      zombie: false,
    });
  });

  it('refuses to start what is not there', async () => {
    const options = { outputFile: join(folder, 'out'), cwd: folder };
    await expect(programs.startDetached(join(folder, 'none'), [], options)).rejects.toThrow('ENOENT');
  });
});

describe('signalling a process', () => {
  it('spares a process with the same id that was started at another time', async () => {
    const id = await detach('exec sleep 20');
    expect(await programs.signal({ ...id, startTime: '1' }, 'SIGKILL')).toBe(false);
    expect(await programs.process(id.pid)).toMatchObject({ zombie: false });
    expect(await programs.signal(id, 'SIGKILL')).toBe(true);
    await until(async () => (await programs.process(id.pid)) === null);
    expect(await programs.signal(id, 'SIGTERM')).toBe(false);
  });
});
