import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../core/testing/fake-clock.ts';
import type { InstallUndo } from '../../../core/ports/installing.ts';
import { type Heard, type Said, type Task } from '../protocol.ts';
import { Queue } from '../queue.ts';
import { serve } from '../serve.ts';
import { FakeDaemon } from '../testing/fake-daemon.ts';
import { FakeMachine } from '../testing/fake-machine.ts';
import { tailscaleKey } from './tailscale-key.ts';

const debian = { '/etc/os-release': 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n' };
const systemd = { '/run/systemd/system/x': '' };
const none: InstallUndo = { packages: [], files: [], services: [], groups: [] };
const simulated =
  'Inst iptables (1.8.9 Debian)\nInst libc6 [2.36-8] (2.36-9 Debian)\nInst tailscale (1.98.9 x)\n';

/** A machine with apt and systemd on which Tailscale is not installed. */
function bare(daemon: FakeDaemon): FakeMachine {
  daemon.absent.add('GET status');
  const machine = new FakeMachine(
    {
      '/usr/bin/apt-get': ([word, ...rest]) => ({ stdout: rest.includes('-s') ? simulated : String(word) }),
      '/usr/bin/dpkg-query': { exitCode: 1 },
      '/usr/bin/systemctl': ([word]) => {
        if (word === 'enable') daemon.absent.delete('GET status');
        return { exitCode: word === 'is-enabled' ? 1 : 0 };
      },
      '/usr/bin/id': { stdout: 'mira\n' },
    },
    { ...debian, ...systemd },
  );
  return machine;
}

/** Works a list off; the host takes note of each event at once. */
async function workOff(machine: FakeMachine, daemon: FakeDaemon, list: Task[]): Promise<Said[]> {
  const clock = new FakeClock();
  const heard = new Queue<Heard>();
  const said: Said[] = [];
  const say = (one: Said): void => {
    said.push(one);
    if ('event' in one && one.event.kind !== 'installing') heard.push({ word: 'ack' });
  };
  const end = serve(heard, { clock, tailscaled: () => daemon.fetch, machine, owner: 1000, say });
  heard.push({ list, tailscaled: '/run/ts.sock' });
  for (let i = 0; i < 400 && !said.some((one) => 'end' in one); i++) await clock.advance(2_500);
  heard.close();
  await end;
  return said;
}

const undoOf = (said: readonly Said[]): InstallUndo[] =>
  said.flatMap((one) => ('event' in one && one.event.kind === 'install' ? [one.event.undo] : []));
const codesOf = (said: readonly Said[]): string[] =>
  said.flatMap((one) => ('problem' in one ? [one.problem.code] : []));

describe('installing Tailscale', () => {
  it('carries the publisher’s key by its known fingerprint, and no other', () => {
    const bytes = Buffer.from(tailscaleKey());
    const fingerprints: string[] = [];
    for (let at = 0; at < bytes.length;) {
      const head = bytes[at] ?? 0;
      const wide = [1, 2, 4][head & 3] ?? 0;
      const length = bytes.readUIntBE(at + 1, wide);
      const body = bytes.subarray(at + 1 + wide, at + 1 + wide + length);
      if (((head >> 2) & 15) === 6) {
        const prefix = Buffer.from([0x99, length >> 8, length & 255]);
        fingerprints.push(createHash('sha1').update(prefix).update(body).digest('hex').toUpperCase());
      }
      at += 1 + wide + length;
    }
    expect(fingerprints).toEqual(['2596A99EAAB33821893C0A79458CA832957F5868']);
  });

  it('adds the publisher’s source, installs and starts it, and tells of each change before it', async () => {
    const daemon = new FakeDaemon();
    const machine = bare(daemon);
    const said = await workOff(machine, daemon, [
      { task: 'install', item: 'tailscale' },
      { task: 'install', item: 'tailscale-start' },
    ]);
    expect(codesOf(said)).toEqual([]);
    expect(undoOf(said)).toEqual([
      { ...none, files: ['/var/lib/tailscale', '/var/cache/tailscale'] },
      {
        ...none,
        files: [
          '/usr/share/keyrings/tailscale-archive-keyring.gpg',
          '/etc/apt/sources.list.d/tailscale.list',
        ],
      },
      { ...none, packages: ['iptables', 'tailscale'] },
      { ...none, services: ['tailscaled'], files: ['/var/lib/tailscale', '/var/cache/tailscale'] },
    ]);
    expect(machine.texts.get('/etc/apt/sources.list.d/tailscale.list')).toBe(
      'deb [signed-by=/usr/share/keyrings/tailscale-archive-keyring.gpg] https://pkgs.tailscale.com/stable/debian bookworm main\n',
    );
    expect(machine.ran).toContain(
      '/usr/bin/apt-get install -y -q --no-remove --no-install-recommends -- tailscale',
    );
    expect(machine.ran.at(-1)).toBe('/usr/bin/systemctl enable --now tailscaled.service');
    for (const env of machine.envs) expect(Object.keys(env)).not.toContain('SUDO_UID');
  });

  it('makes no change before the host has noted it', async () => {
    const daemon = new FakeDaemon();
    const machine = bare(daemon);
    const clock = new FakeClock();
    const heard = new Queue<Heard>();
    const said: Said[] = [];
    const end = serve(heard, {
      clock,
      tailscaled: () => daemon.fetch,
      machine,
      owner: 1000,
      say: (one) => said.push(one),
    });
    heard.push({ list: [{ task: 'install', item: 'tailscale' }], tailscaled: '/run/ts.sock' });
    await clock.advance(10_000);
    expect(undoOf(said)).toHaveLength(1);
    expect([...machine.texts.keys()]).toEqual([...Object.keys(debian), ...Object.keys(systemd)]);
    expect(machine.ran.filter((one) => one.includes('apt-get'))).toEqual([]);
    // The host died: nothing more is begun.
    heard.close();
    await clock.advance(1_000);
    await end;
    expect(machine.ran.filter((one) => one.includes('apt-get'))).toEqual([]);
  });

  it('does nothing where it is there and runs', async () => {
    const daemon = new FakeDaemon();
    const machine = bare(daemon);
    daemon.absent.clear();
    machine.answer('/usr/sbin/tailscaled', {});
    const said = await workOff(machine, daemon, [
      { task: 'install', item: 'tailscale' },
      { task: 'install', item: 'tailscale-start' },
    ]);
    expect([undoOf(said), codesOf(said)]).toEqual([[], []]);
  });

  it('waits for another program that installs, says so, and gives up after a while', async () => {
    const daemon = new FakeDaemon();
    const machine = bare(daemon);
    machine.answer('/usr/bin/apt-get', {
      exitCode: 100,
      stderr: 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (apt)\n',
    });
    const said = await workOff(machine, daemon, [{ task: 'install', item: 'tailscale' }]);
    expect(said).toContainEqual({
      event: { kind: 'installing', item: 'tailscale', done: 0, of: 1, waits: true },
    });
    expect(codesOf(said)).toEqual(['packages-busy']);
  });

  it.each([
    ['packages-offline', { exitCode: 0, stderr: 'W: Failed to fetch https://deb.debian.org/x\n' }],
    ['packages-offline', { exitCode: 100, stderr: 'E: Unable to connect to pkgs.tailscale.com:https\n' }],
    ['install-failed', { exitCode: 100, stderr: 'E: Unmet dependencies\n' }],
  ])('says %s with the last lines, and does not go on to what builds on it', async (code, answer) => {
    const daemon = new FakeDaemon();
    const machine = bare(daemon);
    machine.answer('/usr/bin/apt-get', answer);
    const said = await workOff(machine, daemon, [
      { task: 'install', item: 'tailscale' },
      { task: 'install', item: 'tailscale-start' },
    ]);
    expect(codesOf(said)).toEqual([code]);
    const detail = said.flatMap((one) => ('problem' in one ? [one.problem.detail] : []))[0];
    expect(detail).toContain(answer.stderr.trim());
    expect(machine.ran.some((one) => one.includes('systemctl'))).toBe(false);
  });

  it.each([
    ['goes on where the package is in the others', simulated, 0, []],
    [
      'says so where the package is lacking',
      'E: Unable to locate package tailscale\n',
      100,
      ['packages-offline'],
    ],
  ])('with a source of the owner’s that is gone, it %s', async (_, stdout, exitCode, codes) => {
    const machine = bare(new FakeDaemon());
    machine.answer('/usr/bin/apt-get', ([word, ...rest]) =>
      word === 'update'
        ? { stderr: 'W: Failed to fetch https://ppa.example/x  404  Not Found\n' }
        : { stdout: rest.includes('-s') ? stdout : '', exitCode },
    );
    const said = await workOff(machine, new FakeDaemon(), [{ task: 'install', item: 'tailscale' }]);
    expect(codesOf(said)).toEqual(codes);
    expect(machine.ran.filter((one) => one.includes('install -y'))).toHaveLength(codes.length === 0 ? 1 : 0);
  });

  it.each([
    ['dnf', 'fedora', '/usr/bin/dnf', { '/usr/bin/rpm': { exitCode: 1 } }, 'dnf -y install --setopt'],
    ['pacman', 'arch', '/usr/bin/pacman', {}, 'pacman -S --noconfirm --needed -- tailscale'],
    [
      'zypper',
      'opensuse-tumbleweed',
      '/usr/bin/zypper',
      { '/usr/bin/rpm': { exitCode: 1 } },
      'install --no-recommends tailscale',
    ],
    ['apk', 'alpine', '/sbin/apk', {}, 'apk add --no-progress tailscale'],
  ] as const)('takes %s where that is the system’s', async (_, id, program, more, words) => {
    const daemon = new FakeDaemon();
    const machine = new FakeMachine(
      {
        [program]: ([word]) => ({ stdout: word === '-q' ? 'tailscale-1.98\n' : '' }),
        '/usr/bin/id': {},
        ...more,
      },
      { '/etc/os-release': `ID=${id}\n` },
    );
    const said = await workOff(machine, daemon, [{ task: 'install', item: 'tailscale' }]);
    expect(codesOf(said)).toEqual([]);
    expect(machine.ran.some((one) => one.includes(words))).toBe(true);
    expect(undoOf(said).at(-1)?.packages).toEqual(['tailscale']);
  });

  it('says so where it knows no package manager', async () => {
    const machine = new FakeMachine({ '/usr/bin/id': {} }, { '/etc/os-release': 'ID=nixos\n' });
    const said = await workOff(machine, new FakeDaemon(), [{ task: 'install', item: 'tailscale' }]);
    expect(codesOf(said)).toEqual(['install-failed']);
  });
});

describe('taking Tailscale back', () => {
  const undo: InstallUndo = {
    packages: ['iptables', 'tailscale'],
    files: ['/etc/apt/sources.list.d/tailscale.list', '/etc/passwd'],
    services: ['tailscaled', 'sshd'],
    groups: [],
  };

  /** `noted`: what root noted itself when it installed. */
  function installed(noted: Partial<InstallUndo> = undo): FakeMachine {
    return new FakeMachine(
      {
        '/usr/bin/apt-get': {},
        '/usr/bin/systemctl': {},
        '/usr/bin/id': {},
        '/usr/bin/dpkg-query': { stdout: 'tailscale\tinstalled\niptables\tdeinstalled\n' },
      },
      {
        ...debian,
        ...systemd,
        '/etc/apt/sources.list.d/tailscale.list': 'deb …',
        '/etc/passwd': 'root:x',
        '/var/lib/rigshare/installed.json': JSON.stringify({ tailscale: { ...none, ...noted } }),
      },
    );
  }

  it('removes what it installed and what is its own, and nothing else that a list may name', async () => {
    const machine = installed();
    const said = await workOff(machine, new FakeDaemon(), [{ task: 'uninstall', item: 'tailscale', undo }]);
    expect(said.filter((one) => 'kept' in one || 'problem' in one)).toEqual([]);
    expect(machine.ran).toContain('/usr/bin/apt-get purge -y -q -- tailscale');
    expect(machine.ran.filter((one) => one.includes('disable'))).toEqual([
      '/usr/bin/systemctl disable --now tailscaled.service',
    ]);
    expect([...machine.texts.keys()]).toEqual(['/etc/os-release', '/run/systemd/system/x', '/etc/passwd']);
  });

  it.each([
    ['nothing', '{}'],
    ['something else', '{"engine":{"packages":["tailscale"],"files":[],"services":[],"groups":[]}}'],
    ['nonsense', 'x'],
  ])('touches nothing where root itself noted %s, whatever the owner’s notes say', async (_, record) => {
    const machine = installed();
    machine.texts.set('/var/lib/rigshare/installed.json', record);
    await workOff(machine, new FakeDaemon(), [{ task: 'uninstall', item: 'tailscale', undo }]);
    expect(machine.ran.filter((one) => /purge|disable/.test(one))).toEqual([]);
    expect(machine.texts.has('/etc/apt/sources.list.d/tailscale.list')).toBe(true);
  });

  it('notes as root what it installs, and leaves nothing of that once it is taken back', async () => {
    const daemon = new FakeDaemon();
    const machine = bare(daemon);
    const said = await workOff(machine, daemon, [{ task: 'install', item: 'tailscale' }]);
    const [, source, packages] = undoOf(said);
    const record = JSON.parse(machine.texts.get('/var/lib/rigshare/installed.json') ?? '{}') as object;
    expect(record).toMatchObject({ tailscale: { packages: packages?.packages } });
    const undo = { ...none, files: source?.files ?? [], packages: packages?.packages ?? [] };
    await workOff(machine, new FakeDaemon(), [{ task: 'uninstall', item: 'tailscale', undo }]);
    expect([...machine.texts.keys()]).toEqual([...Object.keys(debian), ...Object.keys(systemd)]);
  });

  it.each([
    ['off again where it was off with the owner’s sign-in there', [], 1],
    ['on where the owner signed in only afterwards', ['/var/lib/tailscale'], 0],
  ])('leaves the service %s', async (_, files, times) => {
    const start = { ...none, services: ['tailscaled'], files };
    const machine = installed();
    machine.texts.set('/var/lib/rigshare/installed.json', JSON.stringify({ 'tailscale-start': start }));
    await workOff(machine, new FakeDaemon().signedIn(), [
      { task: 'uninstall', item: 'tailscale-start', undo: start },
    ]);
    expect(machine.ran.filter((one) => one.includes('disable --now tailscaled'))).toHaveLength(times);
  });

  it('leaves it where the owner has signed in to a network of their own', async () => {
    const machine = installed();
    const said = await workOff(machine, new FakeDaemon().signedIn(), [
      { task: 'uninstall', item: 'tailscale', undo },
    ]);
    expect(said).toContainEqual({ kept: 'tailscale' });
    expect(machine.ran.filter((one) => !one.includes('/id '))).toEqual([]);
  });

  it.each([
    ['a sign-in', '{"_machinekey":"cA==","profile-a1b2":"e30="}', ['tailscale-stopped'], 0],
    ['what is not understood', 'sealed', ['tailscale-stopped'], 0],
    ['none', '{"_machinekey":"cA==","profile-a1b2":null}', [], 1],
  ])(
    'with nobody to ask, and %s kept by the daemon, removes it only where nothing is lost',
    async (_, state, codes, times) => {
      const machine = installed();
      machine.texts.set('/var/lib/tailscale/tailscaled.state', state);
      const daemon = new FakeDaemon();
      daemon.absent.add('GET profiles/');
      const said = await workOff(machine, daemon, [{ task: 'uninstall', item: 'tailscale', undo }]);
      expect(codesOf(said)).toEqual(codes);
      expect(machine.ran.filter((one) => one.includes('purge -y'))).toHaveLength(times);
    },
  );
});
