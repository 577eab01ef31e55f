import { mkdtemp, open, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { bootId, parseContainers, parseStat, processTable } from './linux.ts';

const stat = (name: string, state = 'S'): string =>
  `42 (${name}) ${state} 7 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 200 18446744073709551615`;

it('reads parent and start time whatever the program calls itself', () => {
  expect(parseStat(stat('nomad'))).toEqual({ parent: 7, startTime: '987654', zombie: false });
  expect(parseStat(stat(') R 1 1 ('))).toEqual({ parent: 7, startTime: '987654', zombie: false });
  expect(parseStat(stat('nomad', 'Z'))?.zombie).toBe(true);
});

it('reads nothing from half a line', () => {
  expect(parseStat('')).toBe(null);
  expect(parseStat('42 (nomad) S 7')).toBe(null);
});

it('finds the containers of a process, the innermost first', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  expect(
    parseContainers(`2:cpu:/docker/${a}/docker/${b}\n1:name=systemd:/docker/${a}/docker/${b}\n`),
  ).toEqual([b, a]);
  expect(parseContainers(`0::/system.slice/docker-${a}.scope\n`)).toEqual([a]);
  expect(parseContainers('0::/user.slice/user-1000.slice\n')).toEqual([]);
});

it('sees this very process with its command, executable and parent, also in the whole list', async () => {
  const me = await processTable.process(process.pid);
  expect(me).toMatchObject({ pid: process.pid, parent: process.ppid, zombie: false });
  expect(dirname(me?.executable ?? '')).toBe(dirname(process.execPath));
  expect(me?.command.length).toBeGreaterThan(0);
  expect(await processTable.processes()).toContainEqual(me);
  expect(await processTable.process(2 ** 22 + 1)).toBe(null);
});

it('knows whether a process has a file open under a folder, or runs from it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rigshare-linux-'));
  const link = `${folder}-link`;
  await symlink(folder, link);
  try {
    expect(await processTable.touches(process.pid, folder)).toBe(false);
    const file = await open(join(folder, 'open'), 'w');
    expect(await processTable.touches(process.pid, folder)).toBe(true);
    expect(await processTable.touches(process.pid, link)).toBe(true);
    expect(await processTable.touches(process.pid, folder.slice(0, -1))).toBe(false);
    await file.close();
    expect(await processTable.touches(process.pid, folder)).toBe(false);
    expect(await processTable.touches(process.pid, dirname(process.execPath))).toBe(true);
  } finally {
    await rm(link);
    await rm(folder, { recursive: true });
  }
});

it('knows the boot', () => expect(bootId()).toMatch(/^[0-9a-f-]{36}$/));
