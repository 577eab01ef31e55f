import { z } from 'zod';
import { fail } from '../../../../contract/problems.ts';
import { engineSettings as daemonJson, toolkitSources } from '../../../core/ports/package-sources.ts';
import { engineInUse } from './engine-use.ts';
import { nvidiaKey } from './nvidia-key.ts';
import type { Recipe, Tools } from './recipe.ts';

const name = 'nvidia-container-toolkit';
const base = 'https://nvidia.github.io/libnvidia-container/stable';
const { list: aptList, key: aptKey } = toolkitSources.apt;
const { list: yumRepo, key: rpmKey } = toolkitSources.dnf;
const { list: zyppRepo } = toolkitSources.zypper;
const sources = [aptKey, aptList, rpmKey, yumRepo, zyppRepo];

/** The program that Docker is to call in place of runc. */
const runtime = { args: [], path: 'nvidia-container-runtime' } as const;

/**
 * NVIDIA's runtime for containers, and Docker told of it: from the distribution's packages where they have it, else from
 * NVIDIA's own, whose signing key is part of this file. Docker reads its runtimes anew without a restart.
 */
export const nvidiaRuntime: Recipe = {
  done: async (tools) =>
    (await tools.has(runtime.path)) && hasRuntime((await tools.files.read(daemonJson)) ?? ''),
  install: async (tools) => {
    if (!(await tools.has(runtime.path))) await installToolkit(tools);
    const before = (await tools.files.read(daemonJson)) ?? '';
    const after = withRuntime(before);
    if (after === null)
      fail('install-failed', `${daemonJson} is not one that Docker could read: nothing was changed in it`);
    if (!hasRuntime(before)) {
      await tools.note({ files: [daemonJson] });
      await tools.files.write(daemonJson, after);
    }
    await reload(tools);
  },
  undo: async ({ packages, files }, tools) => {
    if (await engineInUse(tools)) return 'kept';
    if ((await tools.packages.needed(packages, name)).includes(name)) return 'kept';
    if (files.includes(daemonJson)) await takeBack(tools);
    await tools.packages.remove(packages, name);
    for (const path of sources.filter((one) => files.includes(one))) await tools.files.remove(path);
    return 'undone';
  },
};

async function installToolkit(tools: Tools): Promise<void> {
  const { packages, note } = tools;
  await packages.refresh();
  if (!(await packages.offers(name))) await addSource(tools);
  await note({ packages: await packages.brings([name]) });
  await packages.install([name]);
}

async function addSource(tools: Tools): Promise<void> {
  const { packages, files } = tools;
  const absent = async (paths: readonly string[]): Promise<readonly string[]> =>
    (await Promise.all(paths.map(async (one) => ((await files.exists(one)) ? [] : [one])))).flat();
  switch (packages.manager) {
    case 'apt': {
      const architecture = (await tools.run('dpkg', ['--print-architecture'])).trim();
      await tools.note({ files: await absent([aptKey, aptList]) });
      await files.write(aptKey, nvidiaKey());
      await files.write(aptList, `deb [signed-by=${aptKey}] ${base}/deb/${architecture} /\n`);
      break;
    }
    case 'dnf':
    case 'zypper': {
      const repo = packages.manager === 'dnf' ? yumRepo : zyppRepo;
      await tools.note({ files: await absent([rpmKey, repo]) });
      await files.write(rpmKey, armored(nvidiaKey()));
      await files.write(repo, rpmSource);
      break;
    }
    default:
      fail('install-failed', `the sources of this system do not offer ${name}`);
  }
  await packages.refresh();
}

const rpmSource = [
  `[${name}]`,
  `name=${name}`,
  `baseurl=${base}/rpm/$basearch`,
  'enabled=1',
  // The list of packages is signed, and names the checksum of each.
  'repo_gpgcheck=1',
  'gpgcheck=0',
  `gpgkey=file://${rpmKey}`,
  '',
].join('\n');

/** rpm reads keys in this form alone. */
function armored(key: Uint8Array): string {
  const lines =
    Buffer.from(key)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [
    '-----BEGIN PGP PUBLIC KEY BLOCK-----',
    '',
    ...lines,
    '-----END PGP PUBLIC KEY BLOCK-----',
    '',
  ].join('\n');
}

const settings = z.looseObject({ runtimes: z.record(z.string(), z.unknown()).optional() });

/** Docker's settings; null: nothing that it could read. */
function parse(text: string): z.infer<typeof settings> | null {
  if (text.trim() === '') return {};
  try {
    const parsed = settings.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

const hasRuntime = (text: string): boolean => parse(text)?.runtimes?.['nvidia'] !== undefined;

const print = (value: unknown): string => `${JSON.stringify(value, null, 4)}\n`;

function withRuntime(text: string): string | null {
  const before = parse(text);
  return before === null ? null : print({ ...before, runtimes: { ...before.runtimes, nvidia: runtime } });
}

/** How long an engine has to read its settings before they change again, ms. */
const readsWithinMs = 1_500;

/** Our entry goes, and the file with it where nothing else is in it; what the owner wrote since stays. */
async function takeBack(tools: Tools): Promise<void> {
  const now = parse((await tools.files.read(daemonJson)) ?? '');
  if (now?.runtimes?.['nvidia'] === undefined) return;
  const { nvidia: _, ...others } = now.runtimes;
  const { runtimes: __, ...rest } = now;
  // A running engine forgets a runtime only where it reads that there are others, or none.
  await tools.files.write(daemonJson, print({ ...rest, runtimes: others }));
  if (await reload(tools)) await tools.sleep(readsWithinMs);
  if (Object.keys(others).length > 0) return;
  if (Object.keys(rest).length === 0) await tools.files.remove(daemonJson);
  else await tools.files.write(daemonJson, print(rest));
}

/** A running engine reads its runtimes anew on this word, and its containers run on; it is never restarted for it. */
async function reload(tools: Tools): Promise<boolean> {
  if (!(await tools.services.isActive('docker'))) return false;
  if (await tools.has('systemctl')) await tools.run('systemctl', ['reload', 'docker.service']);
  else await tools.run('pkill', ['-HUP', '-x', 'dockerd']);
  return true;
}
