import { chmod, lstat, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFiles } from '../files/files.ts';
import { createWorld } from '../world/index.ts';
import { DevicePlugin } from './device-plugin.ts';
import { placesIn } from './places.ts';
import { ProgramFinder } from './program.ts';

let folder: string;
let setting: string | null;
let ours: { readonly path: string; readonly version: string } | null;
let finder: ProgramFinder;

const worldOn = (path: string) =>
  createWorld({ tailscaledSocket: () => null, engineSocket: () => null, env: { PATH: path } });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-program-'));
  [setting, ours] = [null, null];
  finder = new ProgramFinder(worldOn(join(folder, 'path')), {
    setting: () => setting,
    ours: () => Promise.resolve(ours),
  });
});
afterEach(() => rm(folder, { recursive: true }));

async function program(where: string, version: string, name = 'nomad'): Promise<string> {
  const path = join(folder, where, name);
  await mkdir(join(folder, where), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "Nomad v${version}"\n`);
  await chmod(path, 0o755);
  return path;
}

describe('the program', () => {
  it('is the one that the owner named, before all others and alone', async () => {
    await program('path', '2.0.7');
    ours = { path: await program('ours', '2.0.6'), version: '2.0.6' };
    setting = await program('named', '2.0.5');
    expect(await finder.look()).toEqual({
      program: { path: setting, version: '2.0.5' },
      programProblem: null,
      programFrom: 'setting',
    });
    setting = join(folder, 'nowhere');
    expect(await finder.look()).toMatchObject({ programProblem: 'nomad-missing', programFrom: 'setting' });
  });

  it('is ours before one on PATH, whatever has appeared there', async () => {
    const onPath = await program('path', '2.0.7');
    expect(await finder.look()).toMatchObject({ program: { path: onPath }, programFrom: 'path' });
    ours = { path: await program('ours', '2.0.6'), version: '2.0.6' };
    expect(await finder.look()).toMatchObject({ program: ours, programFrom: 'ours' });
    await program('path', '1.0.0');
    expect(await finder.look()).toMatchObject({ programProblem: null });
  });

  it('on PATH may be too old or missing', async () => {
    expect(await finder.look()).toMatchObject({ programProblem: 'nomad-missing', programFrom: 'path' });
    await program('path', '2.0.3');
    expect(await finder.look()).toMatchObject({
      program: { version: '2.0.3' },
      programProblem: 'nomad-too-old',
    });
  });
});

describe('the device plugin', () => {
  const name = 'nomad-device-nvidia';
  const plugin = (verified: string | null) => {
    const world = worldOn(join(folder, 'path'));
    const places = placesIn(join(folder, 'agent'));
    return new DevicePlugin({
      world,
      places,
      files: createFiles(world.clock),
      ours: () => Promise.resolve(verified),
    });
  };
  const placed = () => join(folder, 'agent', 'plugins', name);
  beforeEach(() => mkdir(join(folder, 'agent', 'plugins'), { recursive: true }));

  it('of the publisher is placed as a file of its own, by whose path its process is known', async () => {
    const verified = await program('ours', '1.1.0', name);
    expect(await plugin(verified).find()).toBe(verified);
    expect(await plugin(verified).place()).toBe(true);
    expect((await lstat(placed())).isFile()).toBe(true);
    expect((await stat(placed())).mode & 0o100).toBe(0o100);
    expect(await readFile(placed(), 'utf8')).toContain('1.1.0');
    expect(await plugin(null).find()).toBe(placed());
  });

  it('that is installed on this machine comes first', async () => {
    const installed = await program('path', '1.0.0', name);
    const verified = await program('ours', '1.1.0', name);
    expect(await plugin(verified).find()).toBe(installed);
    expect(await plugin(verified).place()).toBe(true);
    expect(await readFile(placed(), 'utf8')).toContain('1.0.0');
  });

  it('may be nowhere', async () => {
    expect(await plugin(null).find()).toBeNull();
    expect(await plugin(null).place()).toBe(false);
  });
});
