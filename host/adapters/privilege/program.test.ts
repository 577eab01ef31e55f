import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe.skipIf(process.platform !== 'linux')('the program that runs as root', () => {
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'rigshare-program-')));
    file = join(folder, 'privileged.mjs');
    const input = new URL('program.ts', import.meta.url).pathname;
    const build = await rolldown({ input, platform: 'node', logLevel: 'silent' });
    await build.write({ file, format: 'esm', codeSplitting: false });
    await build.close();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Starts it; `lines` are what it says, `code` how it ended. */
  function start(): { child: ChildProcess; lines: string[]; code: Promise<number | null> } {
    const child = spawn(process.execPath, [file], {
      stdio: 'pipe',
      timeout: 20_000,
      env: { PATH: '/usr/bin:/bin' },
    });
    const lines: string[] = [];
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    return { child, lines, code: new Promise((resolve) => child.on('close', resolve)) };
  }

  it('is one file that needs nothing but Node', async () => {
    const text = await readFile(file, 'utf8');
    const imports = [...text.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, name]) => name ?? '');
    expect(imports.length).toBeGreaterThan(3);
    expect(imports.filter((name) => !isBuiltin(name))).toEqual([]);
  });

  it('says that it is ready, does what it is told, and ends', async () => {
    await mkdir(join(folder, 'agent', 'alloc', 'x'), { recursive: true });
    const { child, lines, code } = start();
    const list = [{ task: 'remove', folder: join(folder, 'agent', 'alloc'), under: join(folder, 'agent') }];
    child.stdin?.write(`${JSON.stringify({ list, tailscaled: '/nowhere/ts.sock' })}\n`);
    expect(await code).toBe(0);
    expect(lines).toEqual(['{"ready":1}', '{"end":true}']);
    expect(await readdir(join(folder, 'agent'))).toEqual([]);
  });

  it('ends at once without a list', async () => {
    const { child, lines, code } = start();
    child.stdin?.end();
    expect(await code).toBe(0);
    expect(lines).toEqual(['{"ready":1}']);
  });

  it.each([
    ['an unknown task', { list: [{ task: 'shell', command: 'id' }], tailscaled: '/run/x' }],
    [
      'a task among good ones that is not on the list',
      { list: [{ task: 'install' }, { task: 'x' }], tailscaled: '/run/x' },
    ],
    ['a path that is none', { list: [{ task: 'remove', folder: 'etc', under: '/' }], tailscaled: '/run/x' }],
    ['a word before any list', { word: 'connected' }],
  ])('does nothing for %s', async (_, line) => {
    const { child, lines, code } = start();
    child.stdin?.write(`${JSON.stringify(line)}\n`);
    expect(await code).toBe(2);
    expect(lines).toEqual(['{"ready":1}']);
  });

  it('answers each problem and works the rest of the list off', async () => {
    await mkdir(join(folder, 'agent', 'alloc'), { recursive: true });
    const { child, lines, code } = start();
    const leave = {
      task: 'tailscale.leave',
      oldProfile: null,
      newProfile: null,
      controlUrl: 'http://x',
      formerOperator: null,
    };
    const remove = { task: 'remove', folder: join(folder, 'agent', 'alloc'), under: join(folder, 'agent') };
    const absent = { packages: [], files: [], services: [], groups: [] };
    // Nothing was noted, so nothing is touched on the machine that runs this test.
    const uninstall = { task: 'uninstall', item: 'tailscale-start', undo: absent };
    const list = [leave, uninstall, remove];
    child.stdin?.write(`${JSON.stringify({ list, tailscaled: join(folder, 'no.sock') })}\n`);
    expect(await code).toBe(0);
    const problems = lines
      .slice(1, -1)
      .map((line) => JSON.parse(line) as { problem: { code: string }; task: number });
    expect(problems.map((one) => [one.task, one.problem.code])).toEqual([[0, 'tailscale-stopped']]);
    expect(await readdir(join(folder, 'agent'))).toEqual([]);
  });

  it('refuses to install what is not on its list', async () => {
    const { child, lines, code } = start();
    const list = [{ task: 'install', item: 'curl' }];
    child.stdin?.write(`${JSON.stringify({ list, tailscaled: join(folder, 'no.sock') })}\n`);
    expect(await code).toBe(2);
    expect(lines).toEqual(['{"ready":1}']);
  });

  it('takes SIGTERM for the host’s end', async () => {
    const { child, lines, code } = start();
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGTERM');
    expect(await code).toBe(0);
  });
});
