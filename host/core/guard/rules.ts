import { type GuardRule, guardRules } from '../../../contract/guard.ts';
import type { ContainerAsked, MountAsked } from '../ports/container-asked.ts';

/** What a job's container is measured by on this computer. */
export interface House {
  /** The allocation whose container it is. */
  readonly allocation: string;
  /** The containers that this allocation has: they may share what is theirs. */
  readonly siblings: ReadonlySet<string>;
  /** Whether the engine gives a container control groups of its own unless it asks for the machine's. */
  readonly ownCgroups: boolean;
  /** The cards here; null: not known yet, and then this rule finds nothing. */
  readonly cards: HouseCards | null;
}

/** Which of this computer's cards are shared. */
export interface HouseCards {
  /** Their names (UUIDs, indices), lower case. */
  readonly shared: ReadonlySet<string>;
  /** Whether that is all of them. */
  readonly all: boolean;
}

/** A rule that a container breaks, and by what it asked for. */
export interface Breach {
  readonly rule: GuardRule;
  readonly found: string;
}

/** What each rule finds wrong; empty: nothing. What is not known to be harmless is not allowed. */
const findings: Readonly<Record<GuardRule, (asked: ContainerAsked, house: House) => readonly string[]>> = {
  network: ({ network, networks, links }, house) => [
    ...foreign(network, ownNetworks, house),
    ...networks.filter((name) => !ownNetworks.includes(name) && name !== network),
    ...links,
  ],
  processes: ({ pid }, house) => foreign(pid, ['', 'private'], house),
  memory: ({ ipc }, house) => foreign(ipc, ['', 'private', 'shareable', 'none'], house),
  name: ({ uts }, house) => foreign(uts, ['', 'private'], house),
  users: ({ users }, house) => foreign(users, ['', 'private'], house),
  // An engine on the older control groups gives every container the machine's: then nobody asked for it.
  cgroups: ({ cgroups }, house) =>
    foreign(cgroups, ['', 'private', ...(house.ownCgroups ? [] : ['host'])], house),
  privileged: ({ privileged }) => (privileged ? ['true'] : []),
  capabilities: ({ capabilities }) =>
    capabilities.filter((name) => !usualCapabilities.has(name.toUpperCase().replace(/^CAP_/, ''))),
  devices: ({ devices }) => devices,
  security: ({ securityOptions, unmasked }) => [
    ...securityOptions.filter((option) => !/^no-new-privileges([:=]true)?$/.test(option)),
    ...(unmasked ? ['systempaths=unconfined'] : []),
  ],
  files: ({ mounts }, { allocation }) =>
    mounts.filter((one) => one.type === 'bind' && !isOwnFolder(one, allocation)).map(({ source }) => source),
  volumes: ({ mounts, volumesFrom }, { siblings }) => [
    ...mounts
      .filter(isForeignVolume)
      .map(({ type, source, driver }) => [type, driver, source].join(' ').trim()),
    ...volumesFrom.filter((from) => !siblings.has(from.split(':')[0] ?? '')),
  ],
  cards: ({ cards }, house) => cards.filter((card) => !isSharedCard(card, house)),
};

/** Every rule that this container breaks. */
export function breaches(asked: ContainerAsked, house: House): readonly Breach[] {
  return guardRules.flatMap((rule) => {
    const found = [...new Set(findings[rule](asked, house))];
    return found.length === 0 ? [] : [{ rule, found: found.join(', ').slice(0, 300) }];
  });
}

/** The containers that this one names as those whose namespaces or volumes it joins. */
export function joinedContainers(asked: ContainerAsked): readonly string[] {
  const { network, pid, ipc, uts, users, cgroups, volumesFrom } = asked;
  const modes = [network, pid, ipc, uts, users, cgroups].flatMap((mode) =>
    mode.startsWith(joins) ? [mode.slice(joins.length)] : [],
  );
  return [...new Set([...modes, ...volumesFrom.map((from) => from.split(':')[0] ?? '')])];
}

const joins = 'container:';

/** Networks that the engine makes for anybody; one with another name is the owner's. */
const ownNetworks: readonly string[] = ['', 'default', 'bridge', 'none'];

/** What Docker gives every container; Nomad takes NET_RAW away. */
const usualCapabilities: ReadonlySet<string> = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/** A namespace that is neither its own nor that of a container of the same allocation. */
function foreign(mode: string, own: readonly string[], { siblings }: House): readonly string[] {
  if (own.includes(mode)) return [];
  return mode.startsWith(joins) && siblings.has(mode.slice(joins.length)) ? [] : [mode];
}

const isOwnFolder = ({ within }: MountAsked, allocation: string): boolean =>
  within !== null && within.split('/')[0] === allocation;

/** Memory and volumes that the engine made for this container alone are its own. */
const isForeignVolume = ({ type, driver, anonymous }: MountAsked): boolean =>
  type !== 'bind' && type !== 'tmpfs' && !(type === 'volume' && driver === 'local' && anonymous);

function isSharedCard(name: string, { cards }: House): boolean {
  if (cards === null) return true;
  return name.toLowerCase() === 'all' ? cards.all : cards.shared.has(name.toLowerCase());
}
