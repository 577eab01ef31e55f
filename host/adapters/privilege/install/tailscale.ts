import { z } from 'zod';
import { fail } from '../../../../contract/problems.ts';
import { tailscaleSources } from '../../../core/ports/package-sources.ts';
import { isLike } from './distribution.ts';
import type { Recipe, Tools } from './recipe.ts';
import { tailscaleKey } from './tailscale-key.ts';

const base = 'https://pkgs.tailscale.com/stable';
const { list: aptList, key: aptKey } = tailscaleSources.apt;
const { list: rpmRepo, key: rpmKey } = tailscaleSources.dnf;
/** What the daemon keeps; a package that goes leaves it behind. */
const stateFile = '/var/lib/tailscale/tailscaled.state';
const stateFolders = ['/var/lib/tailscale', '/var/cache/tailscale'];
const ours = [aptKey, aptList, rpmKey, rpmRepo, ...stateFolders];

const answersWithinMs = 30_000;
const lookEveryMs = 500;

/**
 * Tailscale's own program: from the system's packages where they have it, else from the publisher's repository,
 * whose signing key is part of this file.
 */
export const tailscale: Recipe = {
  done: async (tools) => {
    // Shells find it in more places than the system's own (a snap's, /usr/local).
    return (await tools.has('tailscaled')) || (await tools.try('snap', ['list', 'tailscale'])).exitCode === 0;
  },
  install: async (tools) => {
    const { packages, note } = tools;
    await note({ files: await absent(tools, stateFolders) });
    if (packages.manager === 'apt') await addAptSource(tools);
    else if (packages.manager === 'dnf' && !(await packages.offers('tailscale'))) await addRpmSource(tools);
    else await packages.refresh();
    await note({ packages: await packages.brings(['tailscale']) });
    await packages.install(['tailscale']);
  },
  undo: async ({ packages, files, services }, tools) => {
    if (await isUsed(tools)) return 'kept';
    if ((await tools.packages.needed(packages, 'tailscale')).includes('tailscale')) return 'kept';
    for (const service of services.filter((one) => one === unit)) await tools.services.disable(service);
    await tools.packages.remove(packages, 'tailscale');
    for (const path of ours.filter((one) => files.includes(one))) await tools.files.remove(path);
    return 'undone';
  },
};

const unit = 'tailscaled';

/** The owner has signed in to a network of their own meanwhile (the pool's profile is gone by now). */
async function isUsed({ tailscaled, files }: Tools): Promise<boolean> {
  try {
    return (await tailscaled.profiles()).length > 0;
  } catch (error) {
    // Nobody can be asked: only a daemon that never kept a sign-in is known to be unused.
    if (mayHoldSignIn(await files.read(stateFile))) throw error;
    return false;
  }
}

/** Whether the daemon's own file may tell of a profile; one that is not understood may. */
function mayHoldSignIn(text: string | null): boolean {
  if (text === null || text.trim() === '') return false;
  try {
    const kept = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    // A profile that was deleted leaves its name behind, with nothing in it.
    return Object.entries(kept).some(([key, value]) => key.startsWith('profile-') && (value ?? '') !== '');
  } catch {
    return true;
  }
}

const absent = async ({ files }: Tools, paths: readonly string[]): Promise<readonly string[]> => {
  const found = await Promise.all(paths.map(async (one) => ((await files.exists(one)) ? [] : [one])));
  return found.flat();
};

async function addAptSource(tools: Tools): Promise<void> {
  const { files, packages, distribution } = tools;
  const system = isLike(distribution, 'ubuntu')
    ? 'ubuntu'
    : distribution.id === 'raspbian'
      ? 'raspbian'
      : 'debian';
  const { codename } = distribution;
  if (codename === null || !/^[a-z]+$/.test(codename))
    fail('install-failed', `which release ${distribution.id} is, os-release does not tell`);
  await tools.note({ files: await absent(tools, [aptKey, aptList]) });
  await files.write(aptKey, tailscaleKey());
  await files.write(aptList, `deb [signed-by=${aptKey}] ${base}/${system} ${codename} main\n`);
  await packages.refresh();
}

async function addRpmSource(tools: Tools): Promise<void> {
  const { files, packages, distribution } = tools;
  const { id, version } = distribution;
  const major = version?.split('.')[0] ?? '';
  const path = id === 'rhel' || id === 'centos' ? `${id}/${major}` : 'fedora';
  await tools.note({ files: await absent(tools, [rpmKey, rpmRepo]) });
  await files.write(rpmKey, armored(tailscaleKey()));
  const lines = [
    '[tailscale-stable]',
    'name=Tailscale stable',
    `baseurl=${base}/${path}/$basearch`,
    'enabled=1',
    'type=rpm',
    // The list of packages is signed, and names the checksum of each.
    'repo_gpgcheck=1',
    'gpgcheck=0',
    `gpgkey=file://${rpmKey}`,
  ];
  await files.write(rpmRepo, `${lines.join('\n')}\n`);
  await packages.refresh();
}

/** rpm reads keys in this form alone. */
function armored(key: Uint8Array): string {
  const text = Buffer.from(key).toString('base64');
  const lines = text.match(/.{1,64}/g) ?? [];
  return [
    '-----BEGIN PGP PUBLIC KEY BLOCK-----',
    '',
    ...lines,
    '-----END PGP PUBLIC KEY BLOCK-----',
    '',
  ].join('\n');
}

/** Tailscale's daemon running, now and after each start of the machine. */
export const tailscaleStart: Recipe = {
  done: async ({ tailscaled }) => answers(tailscaled),
  install: async (tools) => {
    const name = await unitName(tools);
    if (await tools.services.isEnabled(name)) await tools.services.start(name);
    else {
      // Whether anybody had signed in here before tells whether a later sign-in is a new use.
      await tools.note({ services: [name], files: await absent(tools, stateFolders) });
      await tools.services.enable(name);
    }
    for (const until = tools.monotonic() + answersWithinMs; !(await answers(tools.tailscaled));) {
      if (tools.monotonic() >= until) fail('install-failed', `${name} was started and does not answer`);
      await tools.sleep(lookEveryMs);
    }
  },
  undo: async ({ services, files }, tools) => {
    // Where sign-ins were here while it was off, it is off again with them.
    if (stateFolders.some((one) => files.includes(one)) && (await isUsed(tools))) return 'kept';
    for (const service of services.filter((one) => units.includes(one)))
      await tools.services.disable(service);
    return 'undone';
  },
};

const units: readonly string[] = [unit, 'snap.tailscale.tailscaled', 'tailscale'];

async function unitName(tools: Tools): Promise<string> {
  if ((await tools.try('snap', ['list', 'tailscale'])).exitCode === 0) return 'snap.tailscale.tailscaled';
  // Alpine's service has another name than systemd's unit.
  return (await tools.has('rc-service')) ? 'tailscale' : unit;
}

const answers = (api: Tools['tailscaled']): Promise<boolean> =>
  api.status().then(
    () => true,
    () => false,
  );
