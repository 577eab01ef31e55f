import { describe, expect, it } from 'vitest';
import { consentSchema } from '../../../contract/consent.ts';
import { problem } from '../../../contract/problems.ts';
import { consentOf, type BeforeConsent } from './consent.ts';
import { noFacts, seen, unknown, type Facts } from '../facts.ts';
import { engineSample } from '../testing/engine-sample.ts';
import { look } from '../testing/world-looks.ts';
import { freshWorld, invite } from '../testing/world-model.ts';

const world = freshWorld();
const facts = look(noFacts, world);
const { now } = world;

const ours = '/home/mira/.local/share/rigshare';

const before = (change: Partial<BeforeConsent> = {}, more: Partial<Facts> = {}): BeforeConsent => ({
  facts: { ...facts, ...more },
  now,
  way: 'pkexec',
  root: false,
  hostname: 'miras-desk',
  user: 'mira',
  folders: { agent: `${ours}/agent`, secrets: `${ours}/secrets`, programs: `${ours}/programs` },
  offers: [],
  proposedName: 'quiet-otter-4821',
  ...change,
});

const consent = (...given: Parameters<typeof before>) =>
  consentSchema.parse(consentOf(invite, before(...given)));
const changes = (...given: Parameters<typeof before>) =>
  consent(...given).changes.map(({ what, name }) => `${what} ${name}`);

const [card] = facts.gpus.known ? facts.gpus.value.gpus : [];
if (card === undefined) throw new Error('no card');
const cards = (...list: Partial<typeof card>[]): Partial<Facts> => ({
  gpus: seen({ gpus: list.map((one) => ({ ...card, ...one })), processes: null }, now),
});

const groups = (login: readonly string[]): Partial<Facts> =>
  facts.system.known ? { system: seen({ ...facts.system.value, groups: { login, now: login } }, now) } : {};

describe('what is said before consent', () => {
  it('proposes a made-up name where the invite gives none, and tells the name that the system has', () => {
    expect(consent().nodeName).toEqual({ name: 'quiet-otter-4821', editable: true, system: 'miras-desk' });
    const named = { ...invite, nomad: { ...invite.nomad, nodeName: 'given' } };
    expect(consentOf(named, before()).nodeName).toMatchObject({ name: 'given', editable: false });
  });

  it('proposes every healthy card, leaves the one with the display out, and shares it alone when nobody is there', () => {
    const two = consent({}, cards({ uuid: 'GPU-1', display: true }, { uuid: 'GPU-2' }));
    expect(two.cards.map(({ shared, why, choice }) => [shared, why, choice])).toEqual([
      [false, 'display', true],
      [true, null, true],
    ]);
    expect(two.whenIdle).toBe(false);
    const one = consent({}, cards({ display: true }));
    expect([one.cards[0]?.shared, one.whenIdle]).toEqual([true, true]);
    const broken = consent({}, cards({ fault: 'GPU is lost' }));
    expect(broken.cards[0]).toMatchObject({ shared: false, why: 'fault', choice: false });
    expect(consent({}, { gpus: unknown(problem('gpu-timeout'), now) })).toMatchObject({
      cards: [],
      cardsProblem: { code: 'gpu-timeout' },
    });
  });

  it('names the network that is left and what uses it, and none where none is', () => {
    const { tailnet } = facts;
    if (!tailnet.known) throw new Error('no network');
    const uses = {
      routes: ['10.0.0.0/8'],
      exitNodeOffered: true,
      exitNodeUsed: 'attic',
      serve: true,
      funnel: true,
      ssh: true,
    };
    const left = consent({}, { tailnet: seen({ ...tailnet.value, network: 'mira@example.com', uses }, now) });
    expect(left.leaves).toEqual({
      name: 'mira@example.com',
      uses: [
        { what: 'routes', name: null },
        { what: 'exitNode', name: null },
        { what: 'usesExitNode', name: 'attic' },
        { what: 'serve', name: null },
        { what: 'funnel', name: null },
        { what: 'ssh', name: null },
      ],
    });
    for (const other of [{ active: 'none' as const }, { backend: 'stopped' as const }])
      expect(consent({}, { tailnet: seen({ ...tailnet.value, ...other }, now) }).leaves).toBeNull();
  });

  it('lists what is installed, downloaded and set up here, and nothing that is there already', () => {
    expect(changes()).toEqual([
      'network head.pool.example',
      'operator mira',
      'agent Nomad',
      `folder ${ours}/agent`,
    ]);
    const bare = before(
      {
        offers: [
          {
            program: 'nomad',
            version: '2.0.5',
            bytes: 48_000_000,
            licence: 'BUSL-1.1',
            publisher: 'HashiCorp',
            url: 'https://releases.example/nomad/2.0.5/nomad.zip',
          },
        ],
      },
      {
        tailnet: unknown(problem('tailscale-missing'), now),
        engine: unknown(problem('engine-missing'), now),
      },
    );
    const { changes: all, newLogin } = consentSchema.parse(consentOf(invite, bare));
    expect(all.map(({ what, name }) => `${what} ${name}`)).toEqual([
      'program Tailscale',
      'source /etc/apt/sources.list.d/tailscale.list, /usr/share/keyrings/tailscale-archive-keyring.gpg',
      'started tailscaled',
      'program Docker',
      'started Docker',
      'group docker',
      'program NVIDIA Container Toolkit',
      'sourceIfLacking /etc/apt/sources.list.d/nvidia-container-toolkit.list, /usr/share/keyrings/nvidia-container-toolkit-keyring.gpg',
      'setting /etc/docker/daemon.json',
      'note /var/lib/rigshare/installed.json',
      'network head.pool.example',
      'operator mira',
      'program Nomad',
      `downloads ${ours}/programs`,
      'agent Nomad',
      `folder ${ours}/agent`,
    ]);
    expect(all.find(({ what, name }) => what === 'program' && name === 'Nomad')).toEqual({
      what: 'program',
      name: 'Nomad',
      publisher: 'HashiCorp',
      version: '2.0.5',
      licence: 'BUSL-1.1',
      bytes: 48_000_000,
      from: 'releases.example',
    });
    expect(newLogin).toBe(true);
  });

  it('names the sources of the system that it is, and none where the distribution has all', () => {
    const { system } = facts;
    if (!system.known) throw new Error('no system');
    const lacking = {
      tailnet: unknown(problem('tailscale-missing'), now),
      engine: unknown(problem('engine-missing'), now),
    };
    const on = (packages: 'dnf' | 'zypper' | 'pacman') =>
      consent({}, { ...lacking, system: seen({ ...system.value, packages }, now) })
        .changes.filter(({ what, from }) => what.startsWith('source') || from !== null)
        .map(({ what, name, from }) => [what, name, from]);
    const toolkit = (folder: string) => [
      ['program', 'NVIDIA Container Toolkit', 'nvidia.github.io'],
      [
        'sourceIfLacking',
        `${folder}/nvidia-container-toolkit.repo, /etc/pki/rpm-gpg/RPM-GPG-KEY-nvidia-container-toolkit`,
        'nvidia.github.io',
      ],
    ];
    expect(on('dnf')).toEqual([
      ['program', 'Tailscale', 'pkgs.tailscale.com'],
      [
        'sourceIfLacking',
        '/etc/yum.repos.d/tailscale.repo, /etc/pki/rpm-gpg/RPM-GPG-KEY-tailscale',
        'pkgs.tailscale.com',
      ],
      ...toolkit('/etc/yum.repos.d'),
    ]);
    expect(on('zypper')).toEqual(toolkit('/etc/zypp/repos.d'));
    expect(on('pacman')).toEqual([]);
  });

  it("says whose right to control Tailscale is set, and that of the owner's own sign-in only where it is", () => {
    const { tailnet } = facts;
    if (!tailnet.known) throw new Error('no network');
    const about = (...given: Parameters<typeof before>) =>
      changes(...given).filter((one) => one.startsWith('operator'));
    const sample = (change: Partial<typeof tailnet.value>): Partial<Facts> => ({
      tailnet: seen({ ...tailnet.value, ...change }, now),
    });
    expect(about({}, sample({ active: 'other', operator: false }))).toEqual([
      'operator mira',
      'operatorOwn mira',
    ]);
    expect(about({}, sample({ active: 'other', operator: true }))).toEqual(['operator mira']);
    expect(about({}, sample({ active: 'none', operator: false }))).toEqual(['operator mira']);
    const stopped = { tailnet: unknown(problem('tailscale-stopped'), now) };
    expect(about({}, stopped)).toEqual(['operator mira', 'operatorOwn mira']);
    expect(about({ root: true }, sample({ active: 'other', operator: false }))).toEqual([]);
  });

  it("names the secrets' folder where the invite brings secrets", () => {
    const keyed = { ...invite, tailnet: { ...invite.tailnet, authKey: 'tskey-auth-1' } };
    const names = (of: typeof invite) => consentOf(of, before()).changes.map(({ name }) => name);
    expect(names(keyed)).toContain(`${ours}/secrets`);
    expect(names(invite)).not.toContain(`${ours}/secrets`);
  });

  it('says what containers amount to', () => {
    const rights = (over: Parameters<typeof engineSample>[0]) =>
      consent({}, { engine: seen(engineSample(over), now) }).rights;
    expect(rights({ rights: 'group' })).toBe('group');
    expect(rights({ rights: 'rootless', rootless: true })).toBe('rootless');
    expect(rights({ rights: 'root' })).toBe('administrator');
    expect(consent({}, { engine: unknown(problem('engine-error'), now) }).rights).toBe('unknown');
    const missing = { engine: unknown(problem('engine-missing'), now) };
    expect(consent({}, missing).rights).toBe('group');
    expect(consent({ root: true }, missing).rights).toBe('administrator');
    // Podman without root answers, and Docker is what is installed.
    const podman = engineSample({ kind: 'podman', rights: 'rootless', rootless: true });
    expect(consent({}, { engine: seen(podman, now) }).rights).toBe('group');
    const stopped = { engine: unknown(problem('engine-stopped'), now) };
    expect(consent({}, { ...stopped, ...groups(['mira', 'docker']) }).rights).toBe('group');
  });

  it('counts the prompts before there are any', () => {
    expect(consent().prompts).toEqual({ join: 1, leave: 1 });
    expect(consent({ way: 'inline', root: true }).prompts).toEqual({ join: 0, leave: 0 });
    expect(consent({ way: 'sudo' }).prompts).toEqual({ join: 0, leave: 0 });
    expect(consent({ way: 'sudo-ask' }).prompts).toEqual({ join: 1, leave: 1 });
    expect(consent({ way: null }).prompts).toBeNull();
  });
});
