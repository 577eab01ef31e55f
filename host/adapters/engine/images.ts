import { lstat, realpath } from 'node:fs/promises';
import { z } from 'zod';
import { fail, problem, ProblemError } from '../../../contract/problems.ts';
import { isTag, listedName } from '../../core/budget/image-names.ts';
import type { Images, OurTraces } from '../../core/ports/images.ts';
import { type HttpRequest, Unreachable, type World } from '../../core/ports/world.ts';
import {
  readImages,
  readMade,
  readNetworks,
  readPast,
  readTags,
  readThrowAways,
  readUse,
  readVolumeBytes,
  readVolumes,
} from './images-wire.ts';
import { readMessage } from './wire.ts';

/** How long looking may take; removing a large image takes its time. */
const lookMs = 10_000;
const removeMs = 120_000;
/** How long the throw-away container may take. */
const emptyMs = 120_000;

/** What the container engine keeps, behind the world's socket. */
export function createImages(world: Pick<World, 'engine' | 'clock' | 'programs'>): Images {
  const ask = (request: HttpRequest, expected: readonly number[]) => asked(world, request, expected);
  const json = async (path: string, timeoutMs = lookMs): Promise<unknown> =>
    parsed(path, (await ask({ path, timeoutMs }, [200])).text);
  const remove = async (path: string, used: readonly number[]): Promise<'gone' | 'used'> => {
    const { status } = await ask({ method: 'DELETE', path, timeoutMs: removeMs }, [200, 204, 404, ...used]);
    return used.includes(status) ? 'used' : 'gone';
  };
  return {
    stock: () =>
      reading(async () => ({
        images: readImages(await json('/images/json')),
        volumes: readVolumes(await json('/volumes')),
        networks: readNetworks(await json('/networks')),
      })),
    use: (allocations, since) =>
      reading(async () => {
        const past = await ask({ path: pastEvents(since, world.clock.now()), timeoutMs: lookMs }, [200]);
        const listed = await json('/containers/json?all=true');
        const made = readMade(await json('/volumes'), await json('/networks'));
        return readUse(listed, allocations, readPast(past.text, allocations), made);
      }),
    removeImage: async (id, names) => {
      const path = `/images/${encodeURIComponent(id)}`;
      for (const name of names.filter(isTag).map(listedName))
        await remove(`/images/${encodeURIComponent(name)}`, [409]);
      const { status, text } = await ask({ path: `${path}/json`, timeoutMs: lookMs }, [200, 404]);
      if (status === 404) return 'gone';
      // Under a name that no job gave it, it has become the owner's.
      if ((await reading(() => Promise.resolve(readTags(parsed(path, text))))).length > 0) return 'used';
      return remove(path, [409]);
    },
    name: async (id, name) => {
      const colon = name.lastIndexOf(':');
      const query = new URLSearchParams({ repo: name.slice(0, colon), tag: name.slice(colon + 1) });
      const path = `/images/${encodeURIComponent(id)}/tag?${query.toString()}`;
      await ask({ method: 'POST', path, timeoutMs: lookMs }, [201, 404]);
    },
    removeVolume: (name) => remove(`/volumes/${encodeURIComponent(name)}`, [409]),
    removeNetwork: (id) => remove(`/networks/${encodeURIComponent(id)}`, [403, 409]),
    volumeBytes: () => reading(async () => readVolumeBytes(await json('/system/df?type=volume', 20_000))),
    emptyFolder: async (folder, image, signal) => {
      await checkInPlace(folder);
      return emptied(ask, folder, image, signal);
    },
    removeThrowAways: async (under) => {
      const filters = encodeURIComponent(JSON.stringify({ label: [folderLabel] }));
      const path = `/containers/json?all=true&filters=${filters}`;
      for (const id of await reading(async () => readThrowAways(await json(path), folderLabel, under)))
        await removeContainer(ask, id);
    },
    processesInContainers: (ours) => inContainers(world, ours),
  };
}

async function inContainers(
  { programs }: Pick<World, 'programs'>,
  { containers, allocations, folder }: OurTraces,
): Promise<number | 'unseen'> {
  const all = await programs.processes();
  // The container that we may be in ourselves is no job's.
  const own = all.find(({ pid }) => pid === process.pid)?.containers ?? [];
  const inside = all.filter((one) => !one.zombie && one.containers.some((id) => !own.includes(id)));
  const mine = await Promise.all(
    inside.map(
      async (one) =>
        one.containers.some((id) => containers.includes(id)) ||
        // Podman's watcher beside a container has its name among its words: task and allocation.
        one.command.some((word) => allocations.some((id) => word.includes(id))) ||
        (await programs.touches(one.pid, folder)),
    ),
  );
  const count = mine.filter(Boolean).length;
  if (count > 0) return count;
  // Where others' processes are hidden, their absence says nothing.
  if (!all.some(({ pid }) => pid === 1)) return 'unseen';
  return inside.length > 0 && containers.length === 0 && allocations.length > 0 ? 'unseen' : 0;
}

type Ask = (request: HttpRequest, expected: readonly number[]) => Promise<{ status: number; text: string }>;

async function asked(
  world: Pick<World, 'engine'>,
  request: HttpRequest,
  expected: readonly number[],
): Promise<{ status: number; text: string }> {
  try {
    const answer = await world.engine(request);
    const text = await answer.text();
    if (expected.includes(answer.status)) return { status: answer.status, text };
    const refused = answer.status === 401 || answer.status === 403;
    return fail(refused ? 'engine-refused' : 'engine-error', `${answer.status} ${readMessage(text)}`);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    request.signal?.throwIfAborted();
    if (error.why === 'denied') fail('engine-refused', error.message);
    const missing = error.why === 'absent' || error.why === 'refused';
    return fail(missing ? 'engine-missing' : 'engine-error', error.message);
  }
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fail('engine-error', `${path}: the answer is cut off or no JSON`);
  }
}

/** An answer of another shape is the engine's problem, not ours. */
async function reading<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof z.ZodError) throw new ProblemError(problem('engine-error', z.prettifyError(error)));
    throw error;
  }
}

/** The engine's events from then to now: it remembers a few hundred. Without an end it would go on telling. */
function pastEvents(since: number, until: number): string {
  const filters = JSON.stringify({
    type: ['container', 'volume', 'network'],
    event: ['create', 'mount', 'connect'],
  });
  const query = new URLSearchParams({
    since: String(since / 1_000),
    until: String(until / 1_000),
    stream: 'false',
    filters,
  });
  return `/events?${query.toString()}`;
}

/** A link in its place, or on the way to it, would lead the container elsewhere. */
async function checkInPlace(folder: string): Promise<void> {
  const there = await lstat(folder);
  if (!there.isDirectory() || (await realpath(folder)) !== folder)
    fail('engine-error', `not emptied: ${folder} is a link or no folder`);
}

const place = '/rigshare';

/** Says which folder a throw-away container empties. */
const folderLabel = 'rigshare.empties';

/** What the container may do: remove files, whoever's they are, and nothing else. */
const throwAway = (folder: string, image: string): object => ({
  Image: image,
  Entrypoint: ['rm'],
  // The place itself stays: it is a mount. Links are removed, never followed.
  Cmd: ['-rf', place],
  User: '0:0',
  WorkingDir: '/',
  Env: [],
  Healthcheck: { Test: ['NONE'] },
  Labels: { [folderLabel]: folder },
  NetworkDisabled: true,
  HostConfig: {
    NetworkMode: 'none',
    Mounts: [{ Type: 'bind', Source: folder, Target: place, BindOptions: { Propagation: 'private' } }],
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    CapAdd: ['DAC_OVERRIDE', 'FOWNER'],
    SecurityOpt: ['no-new-privileges', 'label=disable'],
    Memory: 268_435_456,
    PidsLimit: 16,
    LogConfig: { Type: 'none' },
  },
});

const created = z.object({ Id: z.string().regex(/^[0-9a-f]{64}$/) });
const waited = z.object({ StatusCode: z.number() });

async function emptied(ask: Ask, folder: string, image: string, signal: AbortSignal): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(throwAway(folder, image));
  const made = await ask(
    { method: 'POST', path: '/containers/create', headers, body, timeoutMs: lookMs, signal },
    [201, 400, 404],
  );
  if (made.status !== 201) return false;
  const { Id: id } = created.parse(parsed('/containers/create', made.text));
  try {
    // 400, 404, 500: the image has no such program, in the words of one engine or another.
    const start = { method: 'POST', path: `/containers/${id}/start`, timeoutMs: lookMs, signal } as const;
    if ((await ask(start, [204, 304, 400, 404, 500])).status >= 400) return false;
    const wait = { method: 'POST', path: `/containers/${id}/wait`, timeoutMs: emptyMs, signal } as const;
    waited.parse(parsed('wait', (await ask(wait, [200])).text));
    return true;
  } finally {
    await removeContainer(ask, id);
  }
}

async function removeContainer(ask: Ask, id: string): Promise<void> {
  const path = `/containers/${id}?force=true&v=true`;
  await ask({ method: 'DELETE', path, timeoutMs: lookMs }, [200, 204, 404, 409]);
}
