import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProblemError } from '../../../contract/problems.ts';
import type { AgentWanted, NomadProgram } from '../../core/ports/nomad.ts';
import { createFiles } from '../files/files.ts';
import { systemClock } from '../world/clock.ts';
import { ConfigurationFile } from './configuration.ts';
import * as config from './config.ts';
import { placesIn } from './places.ts';
import { plainSecrets } from './testing/fake-nomad.ts';
import { worldOn } from './testing/hand-clock.ts';

const wanted: AgentWanted = {
  name: 'rig',
  region: 'global',
  datacenter: 'dc1',
  nodePool: 'contrib',
  servers: [{ address: '100.64.0.1', port: 4647 }],
  address: '100.64.0.2',
  httpPort: 4646,
  meta: { 'gpu-count': '1' },
  ignoredGpus: [],
  tls: false,
};

let folder: string;
let file: ConfigurationFile;
let program: NomadProgram | null;
let plugin: string | null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-configuration-'));
  plugin = null;
  program = { path: '/usr/bin/nomad', version: '2.0.5' };
  file = new ConfigurationFile({
    world: worldOn(systemClock),
    places: placesIn(join(folder, 'agent')),
    files: createFiles(systemClock),
    secrets: plainSecrets(folder),
    program: {
      look: () => Promise.resolve({ program, programProblem: null, programFrom: 'path' }),
      need: () => Promise.reject(new Error('not asked')),
    },
    credentials: { check: () => Promise.resolve() },
    devicePlugin: { find: () => Promise.resolve(plugin), place: () => Promise.resolve(plugin !== null) },
    networkInterface: 'tailscale0',
  });
  await mkdir(join(folder, 'agent'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

describe('the fingerprint of what is wanted', () => {
  it('is worked out once for each wish, whoever says it how often', () => {
    const made = vi.spyOn(config, 'configText');
    const first = file.hash(wanted, '2.0.5');
    for (let n = 0; n < 100; n++) expect(file.hash(structuredClone(wanted), '2.0.5')).toBe(first);
    expect(made).toHaveBeenCalledTimes(1);
  });

  it('is another for any other wish, version or plugin, however many were asked for meanwhile', async () => {
    const first = file.hash(wanted, '2.0.5');
    const others = Array.from({ length: 20 }, (_, n) =>
      file.hash({ ...wanted, httpPort: 5000 + n }, '2.0.5'),
    );
    expect(new Set([first, ...others]).size).toBe(21);
    expect(file.hash(wanted, '2.0.5')).toBe(first);
    plugin = '/opt/nomad-device-nvidia';
    await file.look();
    expect(file.hash(wanted, '2.0.5')).not.toBe(first);
  });

  it('is none for a version that is not known', () => {
    expect(() => file.hash(wanted, '3.0.0')).toThrow(ProblemError);
  });
});

describe('what would change', () => {
  it('is the settings of now and of then, without our folders', async () => {
    await writeFile(
      join(folder, 'agent', 'agent.json'),
      config.configText(wanted, '2.0.5', {
        places: placesIn(join(folder, 'agent')),
        networkInterface: 'tailscale0',
        hasDevicePlugin: false,
        tls: { ca: '', certificate: '', key: '' },
      }),
    );
    const { version, now, next } = await file.settings({ ...wanted, meta: { 'gpu-count': '2' } });
    expect(version).toBe('2.0.5');
    const changed = next?.filter(({ key, value }) => now.find((one) => one.key === key)?.value !== value);
    expect(changed).toEqual([{ key: 'client.meta.gpu-count', value: '2' }]);
    expect(JSON.stringify(now)).not.toContain(folder);
  });

  it('is not known without a wish or a program, and nothing is set up at first', async () => {
    expect(await file.settings(null)).toEqual({ version: '2.0.5', now: [], next: null });
    program = null;
    expect(await file.settings(wanted)).toEqual({ version: null, now: [], next: null });
  });
});
