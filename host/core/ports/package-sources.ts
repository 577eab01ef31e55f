import type { PackageManager } from './system.ts';

/** A package source that an installation adds: its file, and the file of the signing key that it is trusted by. */
export interface PackageSource {
  readonly list: string;
  readonly key: string;
  /** Only where the distribution's own sources lack the program; else always. */
  readonly ifLacking: boolean;
}

const rpmKeys = '/etc/pki/rpm-gpg/RPM-GPG-KEY';
const toolkit = 'nvidia-container-toolkit';

/** Tailscale's source, by who installs packages; with the others the distribution has the program, or nobody does. */
export const tailscaleSources = {
  apt: {
    list: '/etc/apt/sources.list.d/tailscale.list',
    key: '/usr/share/keyrings/tailscale-archive-keyring.gpg',
    ifLacking: false,
  },
  dnf: { list: '/etc/yum.repos.d/tailscale.repo', key: `${rpmKeys}-tailscale`, ifLacking: true },
} as const satisfies Partial<Record<PackageManager, PackageSource>>;

/** NVIDIA's source of its toolkit for containers. */
export const toolkitSources = {
  apt: {
    list: `/etc/apt/sources.list.d/${toolkit}.list`,
    key: `/usr/share/keyrings/${toolkit}-keyring.gpg`,
    ifLacking: true,
  },
  dnf: { list: `/etc/yum.repos.d/${toolkit}.repo`, key: `${rpmKeys}-${toolkit}`, ifLacking: true },
  zypper: { list: `/etc/zypp/repos.d/${toolkit}.repo`, key: `${rpmKeys}-${toolkit}`, ifLacking: true },
} as const satisfies Partial<Record<PackageManager, PackageSource>>;

/** Docker's settings, where its runtimes are named. */
export const engineSettings = '/etc/docker/daemon.json';

/** Root's own folder, gone with the last installation. */
export const rootFolder = '/var/lib/rigshare';

/** Where root notes what it installed. */
export const rootNote = `${rootFolder}/installed.json`;
