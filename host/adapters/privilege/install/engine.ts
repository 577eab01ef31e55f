import type { PackageManager } from '../../../core/ports/system.ts';
import { fail } from '../../../../contract/problems.ts';
import { engineInUse } from './engine-use.ts';
import { nvidiaRuntime } from './nvidia-runtime.ts';
import type { Recipe, Tools } from './recipe.ts';

const service = 'docker';
const group = 'docker';

/** Docker as each distribution packages it. RHEL's "docker" is Podman under that name: there is none. */
const packageNames: Readonly<Record<PackageManager, string>> = {
  apt: 'docker.io',
  dnf: 'moby-engine',
  zypper: 'docker',
  pacman: 'docker',
  apk: 'docker',
};

/** What the engine keeps and is set up by; a package that goes leaves some of it behind. */
const folders = ['/var/lib/docker', '/var/lib/containerd', '/etc/docker'] as const;

const answersWithinMs = 30_000;
const lookEveryMs = 500;

/** Docker, from the distribution's own packages. */
const engine: Recipe = {
  done: ({ has }) => has('dockerd'),
  install: async (tools) => {
    const { packages, note, files } = tools;
    const name = packageNames[packages.manager];
    await packages.refresh();
    if (!(await packages.offers(name)))
      fail('install-failed', `the sources of this system do not offer ${name}`);
    const absent = await Promise.all(folders.map(async (one) => ((await files.exists(one)) ? [] : [one])));
    await note({
      packages: await packages.brings([name]),
      files: absent.flat(),
      groups: (await hasGroup(tools)) ? [] : [group],
    });
    await packages.install([name]);
  },
  undo: async ({ packages, files, groups }, tools) => {
    if (await engineInUse(tools)) return 'kept';
    // What the owner installed since may need the engine itself.
    const name = packageNames[tools.packages.manager];
    if ((await tools.packages.needed(packages, name)).includes(name)) return 'kept';
    await tools.services.disable(service);
    await tools.packages.remove(packages, name);
    for (const path of folders.filter((one) => files.includes(one))) await tools.files.remove(path);
    if (groups.includes(group) && (await hasGroup(tools))) await removeGroup(tools);
    return 'undone';
  },
};

/** Docker running, now and after each start of the machine. */
const engineStart: Recipe = {
  done: (tools) => tools.services.isActive(service),
  install: async (tools) => {
    const { services, note } = tools;
    if (await services.isEnabled(service)) await services.start(service);
    else {
      await note({ services: [service] });
      await services.enable(service);
    }
    for (const until = tools.monotonic() + answersWithinMs; !(await services.isActive(service));) {
      if (tools.monotonic() >= until) fail('install-failed', `${service} was started and does not run`);
      await tools.sleep(lookEveryMs);
    }
  },
  undo: async ({ services }, tools) => {
    if (await engineInUse(tools)) return 'kept';
    if (services.includes(service)) await tools.services.disable(service);
    return 'undone';
  },
};

/** The owner in the group that may use the engine: administrator's rights by another name, so it is asked for. */
const engineGroup: Recipe = {
  done: async (tools) => tools.owner === null || (await isMember(tools, tools.owner)),
  install: async (tools) => {
    const { owner, note } = tools;
    if (owner === null) return;
    await note({ groups: [group] });
    if (!(await hasGroup(tools))) await addGroup(tools);
    if (await tools.has('usermod')) await tools.run('usermod', ['-aG', group, owner]);
    else await tools.run('addgroup', [owner, group]);
  },
  undo: async ({ groups }, tools) => {
    const { owner } = tools;
    if (owner === null || !groups.includes(group) || !(await isMember(tools, owner))) return 'undone';
    // Who runs containers of their own would be locked out of them.
    if (await engineInUse(tools)) return 'kept';
    if (await tools.has('gpasswd')) await tools.run('gpasswd', ['-d', owner, group]);
    else await tools.run('delgroup', [owner, group]);
    return 'undone';
  },
};

/** What belongs to the container engine: itself, its service, the owner's group, NVIDIA's runtime. */
export const engineRecipes: Readonly<
  Record<'engine' | 'engine-start' | 'engine-group' | 'nvidia-runtime', Recipe>
> = {
  engine,
  'engine-start': engineStart,
  'engine-group': engineGroup,
  'nvidia-runtime': nvidiaRuntime,
};

const isMember = async (tools: Tools, owner: string): Promise<boolean> =>
  (await tools.try('id', ['-nG', owner])).stdout.trim().split(/\s+/).includes(group);

const hasGroup = async ({ files }: Tools): Promise<boolean> =>
  ((await files.read('/etc/group')) ?? '').split('\n').some((line) => line.startsWith(`${group}:`));

async function addGroup(tools: Tools): Promise<void> {
  if (await tools.has('groupadd')) await tools.run('groupadd', ['--system', group]);
  else await tools.run('addgroup', ['-S', group]);
}

async function removeGroup(tools: Tools): Promise<void> {
  if (await tools.has('groupdel')) await tools.try('groupdel', [group]);
  else await tools.try('delgroup', [group]);
}
