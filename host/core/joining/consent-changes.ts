import type { ConsentChange } from '../../../contract/consent.ts';
import type { Install } from '../../../contract/installs.ts';
import type { Invite } from '../../../pool/contract/invite.ts';
import type { Facts } from '../facts.ts';
import { engineGroup } from '../opening/engine.ts';
import {
  engineSettings,
  rootNote,
  tailscaleSources,
  toolkitSources,
  type PackageSource,
} from '../ports/package-sources.ts';
import type { Offer } from '../ports/releases.ts';
import type { PackageManager } from '../ports/system.ts';

/** What was seen that the changes depend on. */
export interface BeforeChanges {
  /** The facts that were looked at, and nothing else. */
  readonly facts: Facts;
  readonly root: boolean;
  readonly user: string;
  /** Our folders: the agent's, of the invite's secrets, of downloaded programs. */
  readonly folders: { readonly agent: string; readonly secrets: string; readonly programs: string };
  /** What would be downloaded of the publisher's programs. */
  readonly offers: readonly Offer[];
}

/** Everything that joining would add to this computer, in the order in which it comes; pure. */
export function changesOf(
  invite: Invite,
  seen: BeforeChanges,
  installs: readonly Install[],
): readonly ConsentChange[] {
  const { offers, folders, facts } = seen;
  const manager = facts.system.known ? facts.system.value.packages : null;
  return [
    ...installs.flatMap((item) => installChanges(item, manager)),
    ...(installs.length > 0 ? [change('note', rootNote)] : []),
    change('network', hostOf(invite.tailnet.controlUrl)),
    ...operatorChanges(seen),
    ...offers.map((offer) => ({
      ...change('program', programNames[offer.program]),
      publisher: offer.publisher,
      version: offer.version,
      licence: offer.licence,
      bytes: offer.bytes,
      from: hostOf(offer.url),
    })),
    ...(offers.length > 0 ? [change('downloads', folders.programs)] : []),
    { ...change('agent', 'Nomad'), publisher: 'HashiCorp' },
    change('folder', folders.agent),
    ...(hasSecrets(invite) ? [change('secrets', folders.secrets)] : []),
  ];
}

const change = (what: ConsentChange['what'], name: string): ConsentChange => ({
  what,
  name,
  publisher: null,
  version: null,
  licence: null,
  bytes: null,
  from: null,
});

const programNames: Readonly<Record<Offer['program'], string>> = {
  nomad: 'Nomad',
  'nomad-device-nvidia': "Nomad's device plugin for NVIDIA",
};

/** What an installation is to its owner; versions and sizes are the package source's to say. */
interface Installed {
  readonly is: Partial<ConsentChange> & Pick<ConsentChange, 'what' | 'name'>;
  /** The publisher's own source, and with which package managers it is added. */
  readonly source?: {
    readonly host: string;
    readonly of: Readonly<Partial<Record<PackageManager, PackageSource>>>;
  };
  /** What it is set up by. */
  readonly setting?: string;
}

const installed: Readonly<Record<Install, Installed>> = {
  tailscale: {
    is: { what: 'program', name: 'Tailscale', publisher: 'Tailscale Inc.', licence: 'BSD-3-Clause' },
    source: { host: 'pkgs.tailscale.com', of: tailscaleSources },
  },
  'tailscale-start': { is: { what: 'started', name: 'tailscaled' } },
  engine: { is: { what: 'program', name: 'Docker', publisher: 'Moby', licence: 'Apache-2.0' } },
  'engine-start': { is: { what: 'started', name: 'Docker' } },
  'engine-group': { is: { what: 'group', name: engineGroup } },
  'nvidia-runtime': {
    is: { what: 'program', name: 'NVIDIA Container Toolkit', publisher: 'NVIDIA', licence: 'Apache-2.0' },
    source: { host: 'nvidia.github.io', of: toolkitSources },
    setting: engineSettings,
  },
};

/** An installation, the source and key that are added for it, and the settings that name it. */
function installChanges(item: Install, manager: PackageManager | null): readonly ConsentChange[] {
  const { is, source, setting } = installed[item];
  const added = manager === null ? undefined : source?.of[manager];
  // Elsewhere it comes from the distribution's own sources.
  const from = source !== undefined && added !== undefined ? source.host : null;
  return [
    { ...change(is.what, is.name), ...is, from },
    ...(added === undefined ? [] : [sourceChange(added, from)]),
    ...(setting === undefined ? [] : [change('setting', setting)]),
  ];
}

const sourceChange = ({ list, key, ifLacking }: PackageSource, from: string | null): ConsentChange => ({
  ...change(ifLacking ? 'sourceIfLacking' : 'source', `${list}, ${key}`),
  from,
});

/** Who may speak to Tailscale without root: of the new sign-in, and of the owner's own to come back to it. */
function operatorChanges({ root, user, facts: { tailnet } }: BeforeChanges): readonly ConsentChange[] {
  if (root) return [];
  // Of one that is off it is not known whether anybody signed in.
  const own = tailnet.known
    ? tailnet.value.active === 'other' && !tailnet.value.operator
    : tailnet.problem?.code !== 'tailscale-missing';
  return [change('operator', user), ...(own ? [change('operatorOwn', user)] : [])];
}

const hasSecrets = ({ tailnet, nomad }: Invite): boolean =>
  [tailnet.authKey, nomad.tls, nomad.introductionToken].some((one) => one != null);

const hostOf = (url: string): string => /^https?:\/\/([^/]+)/i.exec(url)?.[1] ?? url;
