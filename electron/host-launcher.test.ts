import { spawnSync } from 'node:child_process';
import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inheritedVariable, openConnections } from './inherited.ts';

let folder = '';
let server: Server;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'launcher-'));
  server = createServer();
  await new Promise<void>((resolve) => server.listen(path.join(folder, 's'), resolve));
  const bundle = await rolldown({
    input: path.join(import.meta.dirname, 'host-launcher.ts'),
    platform: 'node',
    logLevel: 'silent',
  });
  await bundle.write({ file: path.join(folder, 'launcher.mjs') });
  writeFileSync(
    path.join(folder, 'host.mjs'),
    `import { readlinkSync } from 'node:fs';
     const at = (fd) => { try { return readlinkSync('/proc/self/fd/' + fd); } catch { return 'closed'; } };
     console.log(JSON.stringify({ args: process.argv.slice(1), env: process.env.${inheritedVariable} ?? null, three: at(3), four: at(4) }));`,
  );
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(process.platform !== 'linux')('on Linux', () => {
  /** Starts the launcher with one socket of ours as its 3 and 4, having told it `told`. */
  function launched(told: string) {
    const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
    const done = spawnSync(
      process.execPath,
      [path.join(folder, 'launcher.mjs'), path.join(folder, 'host.mjs'), '--home', '/x'],
      {
        stdio: ['ignore', 'pipe', 'inherit', fd, fd],
        env: { ...process.env, [inheritedVariable]: told },
        encoding: 'utf8',
      },
    );
    return JSON.parse(done.stdout) as { args: string[]; env: string | null; three: string; four: string };
  }
  const target = () =>
    readlinkSync(`/proc/self/fd/${(server as unknown as { _handle: { fd: number } })._handle.fd}`);

  test('what the parent had open is closed, what only has its number stays', () => {
    const seen = launched(`3=${target()},4=socket:[1],77=${target()},nonsense`);
    expect([seen.three, seen.four]).toEqual(['closed', target()]);
  });

  test('the host finds its own arguments, and no trace of the launcher', () => {
    const seen = launched('');
    expect(seen).toMatchObject({
      args: [path.join(folder, 'host.mjs'), '--home', '/x'],
      env: null,
      three: target(),
    });
  });

  test('open sockets are told, files and the three of every program are not', () => {
    const told = openConnections().split(',');
    expect(told.some((one) => one.endsWith(target()))).toBe(true);
    expect(told.filter((one) => /^[012]=|=\/|anon_inode/.test(one))).toEqual([]);
  });
});
