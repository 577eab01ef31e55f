import { describe, expect, it } from 'vitest';
import { type GuardRule, guardRules } from '../../../contract/guard.ts';
import type { ContainerAsked, MountAsked } from '../ports/container-asked.ts';
import { breaches, type House, joinedContainers } from './rules.ts';

const allocation = '11111111-2222-3333-4444-555555555555';
const card = 'GPU-4f1c7a52-9be0-4d6e-8a3c-2d5e71b0c940';

const bind = (within: string | null, source = '/somewhere'): MountAsked => ({
  type: 'bind',
  source,
  within,
  driver: '',
  anonymous: false,
});
const volume = (over: Partial<MountAsked>): MountAsked => ({
  type: 'volume',
  source: 'v'.repeat(64),
  within: null,
  driver: 'local',
  anonymous: true,
  ...over,
});

/** What Nomad asks for an ordinary job with one card. */
const honest: ContainerAsked = {
  id: 'a'.repeat(64),
  name: `work-${allocation}`,
  allocation,
  running: true,
  network: 'bridge',
  networks: ['bridge'],
  pid: '',
  ipc: 'private',
  uts: '',
  users: '',
  cgroups: 'private',
  privileged: false,
  capabilities: [],
  devices: [],
  securityOptions: [],
  unmasked: false,
  mounts: [bind(`${allocation}/alloc`), bind(`${allocation}/work/local`), volume({})],
  volumesFrom: [],
  links: [],
  cards: [card],
};
const house: House = {
  allocation,
  siblings: new Set(),
  ownCgroups: true,
  cards: { shared: new Set([card.toLowerCase(), '0']), all: false },
};
const broken = (over: Partial<ContainerAsked>, other: Partial<House> = {}): readonly GuardRule[] =>
  breaches({ ...honest, ...over }, { ...house, ...other }).map(({ rule }) => rule);

/** One hostile job for each thing that no job may ask for. */
const hostile: readonly (readonly [GuardRule, string, Partial<ContainerAsked>])[] = [
  ['network', 'the machine’s network', { network: 'host', networks: ['host'] }],
  ['network', 'another job’s network', { network: 'container:someone' }],
  ['network', 'a network of the owner’s', { network: 'photos_default' }],
  ['network', 'a second network of the owner’s', { networks: ['bridge', 'photos_default'] }],
  ['network', 'a network by its path', { network: 'ns:/proc/1/ns/net' }],
  ['network', 'a link to a container of the owner’s', { links: ['/photos-db:/x/db'] }],
  ['processes', 'the machine’s processes', { pid: 'host' }],
  ['processes', 'another job’s processes', { pid: 'container:someone' }],
  ['memory', 'the machine’s shared memory', { ipc: 'host' }],
  ['memory', 'another job’s shared memory', { ipc: 'container:someone' }],
  ['name', 'the machine’s name', { uts: 'host' }],
  ['users', 'the machine’s users', { users: 'host' }],
  ['cgroups', 'the machine’s control groups', { cgroups: 'host' }],
  ['privileged', 'all privileges', { privileged: true }],
  ['capabilities', 'a capability', { capabilities: ['CAP_SYS_ADMIN'] }],
  ['capabilities', 'every capability', { capabilities: ['ALL'] }],
  ['devices', 'a device', { devices: ['/dev/video0'] }],
  ['devices', 'a whole kind of devices', { devices: ['c 195:* rwm'] }],
  ['security', 'no filter of system calls', { securityOptions: ['seccomp=unconfined'] }],
  ['security', 'a filter of its own', { securityOptions: ['seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'] }],
  ['security', 'no AppArmor', { securityOptions: ['apparmor=unconfined'] }],
  ['security', 'no SELinux', { securityOptions: ['label=disable'] }],
  ['security', 'new privileges', { securityOptions: ['no-new-privileges=false'] }],
  ['security', 'the hidden paths of /proc', { unmasked: true }],
  ['files', 'a folder of the machine', { mounts: [bind(null, '/etc')] }],
  ['files', 'the folders of another job', { mounts: [bind('99999999-other/alloc')] }],
  ['volumes', 'a volume by its name', { mounts: [volume({ source: 'photos', anonymous: false })] }],
  ['volumes', 'a volume of another driver', { mounts: [volume({ driver: 'nfs' })] }],
  ['volumes', 'a kind of mount that we do not know', { mounts: [volume({ type: 'cluster' })] }],
  ['volumes', 'the volumes of another container', { volumesFrom: ['photos:rw'] }],
  ['cards', 'a card that stays the owner’s', { cards: ['GPU-00000000-kept'] }],
  ['cards', 'a card by its place', { cards: ['1'] }],
  ['cards', 'every card, where one stays the owner’s', { cards: ['all'] }],
  ['cards', 'a device of another kind', { cards: ['nvidia.com/gds=all'] }],
];

describe('what no job may ask for', () => {
  it.each(hostile)('%s: %s', (rule, _, over) => {
    expect(broken(over)).toEqual([rule]);
  });

  it('has a hostile job for each rule', () => {
    expect([...new Set(hostile.map(([rule]) => rule))]).toEqual([...guardRules]);
  });

  it('is told all at once, each with what was asked for', () => {
    expect(breaches({ ...honest, network: 'host', devices: ['/dev/mem', '/dev/kvm'] }, house)).toEqual([
      { rule: 'network', found: 'host' },
      { rule: 'devices', found: '/dev/mem, /dev/kvm' },
    ]);
  });
});

describe('an honest job', () => {
  it.each<readonly [string, Partial<ContainerAsked>, Partial<House>]>([
    ['as it is', {}, {}],
    ['with what the engine gives by default', { network: 'default', ipc: 'shareable', uts: '' }, {}],
    ['with fewer and usual capabilities', { capabilities: ['NET_BIND_SERVICE', 'cap_chown'] }, {}],
    ['that forbids itself new privileges', { securityOptions: ['no-new-privileges'] }, {}],
    ['with a folder in memory', { mounts: [{ ...bind(null), type: 'tmpfs' }] }, {}],
    ['in the network of its own group', { network: 'container:pause' }, { siblings: new Set(['pause']) }],
    ['with a sidecar’s volumes', { volumesFrom: ['side:ro'] }, { siblings: new Set(['side']) }],
    ['on older control groups, where all have the machine’s', { cgroups: 'host' }, { ownCgroups: false }],
    ['with its card by another spelling', { cards: [card.toUpperCase(), '0'] }, {}],
    ['without a card', { cards: [] }, {}],
    [
      'with every card, where all are shared',
      { cards: ['all'] },
      { cards: { shared: new Set(), all: true } },
    ],
    ['while the cards are not known yet', { cards: ['all', '3'] }, { cards: null }],
  ])('%s', (_, over, other) => {
    expect(broken(over, other)).toEqual([]);
  });
});

it('names the containers that one joins, so that they can be looked at', () => {
  const over = { network: 'container:one', pid: 'container:two', volumesFrom: ['three:ro'] };
  expect(joinedContainers({ ...honest, ...over })).toEqual(['one', 'two', 'three']);
});
