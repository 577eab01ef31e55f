import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../../contract/problems.ts';
import type { Install } from '../../../../contract/installs.ts';
import type { InstallUndo } from '../../../core/ports/installing.ts';
import type { LocalApi } from '../local-api.ts';
import { FakeMachine } from '../testing/fake-machine.ts';
import { nvidiaKey } from './nvidia-key.ts';
import { recipeOf } from './recipes.ts';
import { noUndo, toolsFor } from './tools.ts';

type Item = Extract<Install, 'engine' | 'engine-start' | 'engine-group' | 'nvidia-runtime'>;

const debian = { '/etc/os-release': 'ID=debian\n', '/run/systemd/system/x': '' };
const fedora = { '/etc/os-release': 'ID=fedora\n', '/run/systemd/system/x': '' };
const daemonJson = '/etc/docker/daemon.json';
const keyring = '/usr/share/keyrings/nvidia-container-toolkit-keyring.gpg';

const contentOf = (root: string): string => `${root}/io.containerd.content.v1.content/blobs/sha256`;

/** What systemd says of Docker's service, and what was told to it. */
class Unit {
  active = false;
  enabled = false;
  answer = ([word]: readonly string[]): { exitCode: number } => {
    if (word === 'enable') this.active = this.enabled = true;
    if (word === 'start') this.active = true;
    if (word === 'disable') this.active = this.enabled = false;
    const says = word === 'is-active' ? this.active : word === 'is-enabled' ? this.enabled : true;
    return { exitCode: says ? 0 : 1 };
  };
}

/** A machine with this package manager; `brings`: what the simulated installation names. */
function machineWith(files: Readonly<Record<string, string>>, unit = new Unit()): FakeMachine {
  const apt = files === debian;
  const machine: FakeMachine = new FakeMachine(
    {
      '/usr/bin/systemctl': unit.answer,
      '/usr/bin/id': ([flag]) => ({ stdout: flag === '-nu' ? 'mira\n' : 'mira video\n' }),
      '/usr/sbin/usermod': {},
      '/usr/bin/gpasswd': {},
      '/usr/sbin/groupadd': {},
      '/usr/sbin/groupdel': {},
      '/usr/bin/ls': { exitCode: 2 },
      '/usr/bin/dpkg': { stdout: 'amd64\n' },
      ...(apt
        ? {
            '/usr/bin/apt-get': (args: readonly string[]) => ({
              stdout: args.includes('-s') ? `Inst libone (1)\nInst ${args.at(-1) ?? ''} (1)\n` : '',
            }),
            '/usr/bin/apt-cache': { stdout: 'Candidate: 1.0\n' },
            '/usr/bin/dpkg-query': ([, , ...names]: readonly string[]) => ({
              stdout: names.map((name) => `${name}\tinstalled\n`).join(''),
            }),
          }
        : {
            '/usr/bin/dnf': ([, word]: readonly string[]) => ({ stdout: word === 'repoquery' ? '' : 'ok' }),
            '/usr/bin/rpm': { exitCode: 1 },
          }),
    },
    files,
  );
  return machine;
}

interface Told {
  readonly undo: InstallUndo;
  /** What had been run when each change was told of. */
  readonly before: readonly string[];
}

async function tools(machine: FakeMachine, told: Told[] = [], owner: number | null = 1000) {
  return toolsFor(machine, {} as LocalApi, owner, {
    note: (undo) => {
      told.push({ undo, before: [...machine.ran] });
      return Promise.resolve();
    },
    waits: () => undefined,
    sleep: () => Promise.resolve(),
    monotonic: () => 0,
  });
}

async function install(machine: FakeMachine, item: Item, owner: number | null = 1000): Promise<Told[]> {
  const told: Told[] = [];
  const all = await tools(machine, told, owner);
  if (!(await recipeOf(item).done(all))) await recipeOf(item).install(all);
  return told;
}

const undo = async (machine: FakeMachine, item: Item, over: Partial<InstallUndo>) =>
  recipeOf(item).undo({ ...noUndo, ...over }, await tools(machine));

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : error),
  );

describe('installing Docker', () => {
  it('takes the distribution’s own, tells what was not there before it, and takes all of it back', async () => {
    const machine = machineWith(debian);
    const told = await install(machine, 'engine');
    expect(told).toMatchObject([
      {
        undo: {
          packages: ['libone', 'docker.io'],
          files: ['/var/lib/docker', '/var/lib/containerd', '/etc/docker'],
          groups: ['docker'],
        },
      },
    ]);
    const begun = told[0]?.before.filter((line) => line.includes('apt-get install -y'));
    expect(begun).toEqual([]);
    expect(machine.ran.at(-1)).toBe(
      '/usr/bin/apt-get install -y -q --no-remove --no-install-recommends -- docker.io',
    );
    machine.texts.set('/etc/group', 'root:x:0:\ndocker:x:103:\n');
    machine.texts.set('/var/lib/docker/x', '');
    expect(await undo(machine, 'engine', told[0]!.undo)).toBe('undone');
    expect(machine.ran).toContain('/usr/bin/apt-get purge -y -q -- libone docker.io');
    expect(machine.ran.at(-1)).toBe('/usr/sbin/groupdel docker');
    expect([...machine.texts.keys()].some((path) => path.startsWith('/var/lib/docker'))).toBe(false);
  });

  it('takes no Podman for it where a distribution calls that so', async () => {
    const machine = machineWith(fedora);
    expect(await codeOf(install(machine, 'engine'))).toBe('install-failed');
    expect(machine.ran.some((line) => line.includes('dnf -y install'))).toBe(false);
  });

  it.each([
    ['a container', '/var/lib/docker/containers'],
    ['an image', '/var/lib/docker/image/overlay2/imagedb/content/sha256'],
    ['an image on btrfs', '/var/lib/docker/image/btrfs/imagedb/content/sha256'],
    ['an image that containerd keeps', contentOf('/var/lib/containerd')],
    ['an image that the engine’s containerd keeps', contentOf('/var/lib/docker/containerd/daemon')],
    ['a volume', '/var/lib/docker/volumes'],
  ])('leaves it where the owner has %s of their own', async (_, folder) => {
    const machine = machineWith(debian);
    machine.answer('/usr/bin/ls', ([, at]) =>
      at === folder
        ? { stdout: 'metadata.db\nmine\n' }
        : at === '/var/lib/docker/image'
          ? { stdout: 'overlay2\nbtrfs\n' }
          : { exitCode: 2, stdout: '' },
    );
    for (const item of ['engine', 'engine-start', 'nvidia-runtime'] as const)
      expect(await undo(machine, item, { packages: ['docker.io'], services: ['docker'] })).toBe('kept');
    expect(machine.ran.some((line) => line.includes('purge') || line.includes('disable'))).toBe(false);
  });

  it('leaves it whole where something that the owner installed since needs it', async () => {
    const machine = machineWith(debian);
    machine.answer('/usr/bin/apt-get', (args) => ({
      stdout: args.includes('-s') ? 'Purg docker-compose [1]\nPurg docker.io [1]\n' : '',
    }));
    expect(await undo(machine, 'engine', { packages: ['docker.io'], files: ['/etc/docker'] })).toBe('kept');
    expect(machine.ran.some((line) => / -y |disable|group/.test(line))).toBe(false);
  });

  it('does nothing where it is installed', async () => {
    const machine = machineWith(debian);
    machine.answer('/usr/sbin/dockerd', {});
    expect(await install(machine, 'engine')).toEqual([]);
  });
});

describe('starting Docker', () => {
  it('switches it on, and off again on leaving', async () => {
    const unit = new Unit();
    const machine = machineWith(debian, unit);
    const told = await install(machine, 'engine-start');
    expect(told).toMatchObject([{ undo: { services: ['docker'] } }]);
    expect([unit.active, unit.enabled]).toEqual([true, true]);
    await undo(machine, 'engine-start', told[0]!.undo);
    expect([unit.active, unit.enabled]).toEqual([false, false]);
  });

  it('only starts one that is switched on, and then has nothing to take back', async () => {
    const unit = new Unit();
    unit.enabled = true;
    const machine = machineWith(debian, unit);
    expect(await install(machine, 'engine-start')).toEqual([]);
    expect(unit.active).toBe(true);
  });
});

describe('the engine’s group', () => {
  it('takes the owner in and out again', async () => {
    const machine = machineWith(debian);
    machine.texts.set('/etc/group', 'docker:x:103:\n');
    const told = await install(machine, 'engine-group');
    expect(told).toMatchObject([{ undo: { groups: ['docker'] } }]);
    expect(machine.ran.at(-1)).toBe('/usr/sbin/usermod -aG docker mira');
    machine.answer('/usr/bin/id', ([flag]) => ({ stdout: flag === '-nu' ? 'mira' : 'mira docker' }));
    expect(await undo(machine, 'engine-group', told[0]!.undo)).toBe('undone');
    expect(machine.ran).toContain('/usr/bin/gpasswd -d mira docker');
  });

  it('is left alone where the owner is in it, or is root', async () => {
    const machine = machineWith(debian);
    expect(await install(machine, 'engine-group', null)).toEqual([]);
    machine.answer('/usr/bin/id', ([flag]) => ({ stdout: flag === '-nu' ? 'mira' : 'mira docker' }));
    expect(await install(machine, 'engine-group')).toEqual([]);
  });
});

describe('NVIDIA’s runtime', () => {
  it('carries NVIDIA’s key by its known fingerprint, and as it is handed out', () => {
    const bytes = Buffer.from(nvidiaKey());
    const body = bytes.subarray(3, 3 + bytes.readUInt16BE(1));
    const prefix = Buffer.from([0x99, body.length >> 8, body.length & 255]);
    const fingerprint = createHash('sha1').update(prefix).update(body).digest('hex').toUpperCase();
    expect(fingerprint).toBe('C95B321B61E88C1809C4F759DDCAE044F796ECB0');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      '425822bb25bfa7f5ce96e598a7bbd27db128649e4113017b3ff765b98b43b166',
    );
  });

  const running = (files: Readonly<Record<string, string>> = debian): [FakeMachine, Unit] => {
    const unit = new Unit();
    unit.active = true;
    return [machineWith(files, unit), unit];
  };

  it('is installed from NVIDIA’s source where the distribution has none, and Docker reads it anew without a restart', async () => {
    const [machine] = running();
    let added = false;
    machine.answer('/usr/bin/apt-cache', () => ({
      stdout: added ? 'Candidate: 1.17\n' : 'Candidate: (none)\n',
    }));
    machine.answer('/usr/bin/apt-get', (args) => {
      added ||= args[0] === 'update' && machine.texts.has(keyring);
      return { stdout: args.includes('-s') ? 'Inst nvidia-container-toolkit (1)\n' : '' };
    });
    const told = await install(machine, 'nvidia-runtime');
    expect(told.flatMap((one) => one.undo.files)).toEqual([
      keyring,
      '/etc/apt/sources.list.d/nvidia-container-toolkit.list',
      daemonJson,
    ]);
    expect(machine.texts.get('/etc/apt/sources.list.d/nvidia-container-toolkit.list')).toBe(
      `deb [signed-by=${keyring}] https://nvidia.github.io/libnvidia-container/stable/deb/amd64 /\n`,
    );
    expect(JSON.parse(machine.texts.get(daemonJson) ?? '')).toEqual({
      runtimes: { nvidia: { args: [], path: 'nvidia-container-runtime' } },
    });
    expect(machine.ran.at(-1)).toBe('/usr/bin/systemctl reload docker.service');
    expect(machine.ran.some((line) => /systemctl (restart|stop)/.test(line))).toBe(false);
  });

  it('adds to the owner’s settings and takes its own part back, whatever was written since', async () => {
    const [machine] = running();
    machine.answer('/usr/bin/nvidia-container-runtime', {});
    machine.texts.set(daemonJson, '{"dns":["9.9.9.9"],"runtimes":{"kata":{"path":"kata"}}}');
    const told = await install(machine, 'nvidia-runtime');
    expect(told).toMatchObject([{ undo: { files: [daemonJson], packages: [] } }]);
    const now = JSON.parse(machine.texts.get(daemonJson) ?? '') as Record<string, unknown>;
    expect(Object.keys(now['runtimes'] as object)).toEqual(['kata', 'nvidia']);
    machine.texts.set(daemonJson, JSON.stringify({ ...now, 'log-driver': 'local' }));
    expect(await undo(machine, 'nvidia-runtime', told[0]!.undo)).toBe('undone');
    expect(JSON.parse(machine.texts.get(daemonJson) ?? '')).toEqual({
      dns: ['9.9.9.9'],
      runtimes: { kata: { path: 'kata' } },
      'log-driver': 'local',
    });
  });

  it('leaves no settings where there were none', async () => {
    const [machine] = running();
    machine.answer('/usr/bin/nvidia-container-runtime', {});
    const told = await install(machine, 'nvidia-runtime');
    await undo(machine, 'nvidia-runtime', told[0]!.undo);
    expect(machine.texts.has(daemonJson)).toBe(false);
  });

  it.each(['{"dns":', '[]', '{"runtimes":"all"}'])(
    'changes nothing in settings that it cannot read (%s)',
    async (text) => {
      const [machine] = running();
      machine.answer('/usr/bin/nvidia-container-runtime', {});
      machine.texts.set(daemonJson, text);
      expect(await codeOf(install(machine, 'nvidia-runtime'))).toBe('install-failed');
      expect(machine.texts.get(daemonJson)).toBe(text);
    },
  );

  it('asks an engine that does not run for nothing', async () => {
    const [machine, unit] = running();
    unit.active = false;
    machine.answer('/usr/bin/nvidia-container-runtime', {});
    await install(machine, 'nvidia-runtime');
    expect(machine.ran.some((line) => line.includes('reload'))).toBe(false);
  });
});
