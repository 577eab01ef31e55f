import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProblemError } from '../../../contract/problems.ts';
import { type HttpAnswer, type HttpRequest, type ProcessInfo, Unreachable } from '../../core/ports/world.ts';
import { createImages } from './images.ts';

type Answer = { readonly status: number; readonly body?: unknown };

const id = (letter: string): string => letter.repeat(64);
const never = new AbortController().signal;
let asked: string[];
let bodies: string[];
let answers: (request: HttpRequest) => Answer | Unreachable;
let processes: Partial<ProcessInfo>[];
let touching: number | null;

const images = () =>
  createImages({
    clock: { now: () => 2_000_000, monotonic: () => 0 } as never,
    programs: {
      processes: () => Promise.resolve(processes),
      touches: (pid: number, under: string) => Promise.resolve(touching === pid && under === '/alloc'),
    } as never,
    engine: (request) => {
      asked.push(`${request.method ?? 'GET'} ${decodeURIComponent(request.path)}`);
      if (request.body !== undefined) bodies.push(request.body);
      const answer = answers(request);
      if (answer instanceof Unreachable) return Promise.reject(answer);
      const { status, body = '' } = answer;
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const whole: HttpAnswer = {
        status,
        header: () => null,
        text: () => Promise.resolve(text),
        chunks: async function* () {
          yield await Promise.resolve(new TextEncoder().encode(text));
        },
      };
      return Promise.resolve(whole);
    },
  });

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no problem',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : String(error)),
  );

beforeEach(() => {
  [asked, bodies, processes, touching] = [[], [], [], null];
  answers = () => ({ status: 404 });
});

describe('what the engine keeps', () => {
  it('is read whole, also where Docker says null for nothing and "<none>" for no name', async () => {
    answers = ({ path }) => ({
      status: 200,
      body: path.startsWith('/images')
        ? [
            { Id: 'sha256:a', RepoTags: ['<none>:<none>'], RepoDigests: null, Size: 7 },
            { Id: 'sha256:b', RepoTags: ['b:1'], RepoDigests: ['b@sha256:d'], Size: 8 },
          ]
        : path === '/volumes'
          ? { Volumes: null }
          : [{ Id: 'n', Name: 'bridge' }],
    });
    expect(await images().stock()).toEqual({
      images: [
        { id: 'sha256:a', names: [], bytes: 7 },
        { id: 'sha256:b', names: ['b:1', 'b@sha256:d'], bytes: 8 },
      ],
      volumes: [],
      networks: [{ id: 'n', name: 'bridge' }],
    });
  });
  it('is told apart by who uses it: jobs of this computer, past ones too, and everybody else', async () => {
    usedByJobs();
    expect(await images().use(['ours'], 1_000_000)).toEqual({
      jobs: { images: ['sha256:a', 'gone:1'], volumes: ['data', 'cache'], networks: ['n1'] },
      others: { images: ['sha256:o'], volumes: ['theirs'], networks: [] },
    });
    expect(asked[0]).toContain('since=1000&until=2000');
  });
  it('is no job’s where it is older than the container that asked for it, or nobody tells how old it is', async () => {
    usedByJobs({ volumesMade: '1970-01-01T00:15:00Z', networksMade: '1970-01-01T01:15:00.5+01:00' });
    expect((await images().use(['ours'], 1_000_000)).jobs).toMatchObject({ volumes: [], networks: [] });
    usedByJobs({ volumesMade: null, networksMade: '' });
    expect((await images().use(['ours'], 1_000_000)).jobs).toMatchObject({ volumes: [], networks: [] });
  });
  it('is a problem of the engine where its answer is cut off, of another shape, or none', async () => {
    answers = () => ({ status: 200, body: '[{"Id":' });
    expect(await codeOf(images().stock())).toBe('engine-error');
    answers = () => ({ status: 200, body: { message: 'x' } });
    expect(await codeOf(images().stock())).toBe('engine-error');
    answers = () => new Unreachable('absent', 'x');
    expect(await codeOf(images().stock())).toBe('engine-missing');
    answers = () => new Unreachable('denied', 'x');
    expect(await codeOf(images().stock())).toBe('engine-refused');
  });
});

/** Containers of jobs, here and gone, and another one; they were made 1 200 s after the beginning of time. */
function usedByJobs({
  volumesMade = '1970-01-01T00:20:00Z',
  networksMade = '1970-01-01T00:20:00.5Z',
}: { volumesMade?: string | null; networksMade?: string } = {}): void {
  const label = { 'com.hashicorp.nomad.alloc_id': 'ours' };
  const another = { 'com.hashicorp.nomad.alloc_id': 'theirs' };
  const past = [
    { Type: 'container', time: 1_200, Actor: { ID: id('9'), Attributes: { ...label, image: 'gone:1' } } },
    { Type: 'volume', time: 1_201, Actor: { ID: 'cache', Attributes: { container: id('9') } } },
    { Type: 'volume', time: 1_201, Actor: { ID: 'mine', Attributes: { container: id('8') } } },
    { Type: 'container', time: 1_200, Actor: { ID: id('8'), Attributes: another } },
  ];
  const containers = [
    {
      Id: id('1'),
      Created: 1_200,
      ImageID: 'sha256:a',
      Labels: label,
      Mounts: [
        { Type: 'bind', Source: '/x' },
        { Type: 'volume', Name: 'data' },
      ],
      NetworkSettings: { Networks: { bridge: { NetworkID: 'n' }, own: { NetworkID: 'n1' } } },
    },
    {
      Id: id('2'),
      Created: 1_200,
      ImageID: 'sha256:o',
      Labels: null,
      Mounts: [{ Type: 'volume', Name: 'theirs' }],
      NetworkSettings: null,
    },
  ];
  const volumes = ['data', 'cache', 'mine', 'theirs'].map((Name) => ({ Name, CreatedAt: volumesMade }));
  const networks = [
    { Id: 'n', Name: 'bridge', Created: '1970-01-01T00:00:01Z' },
    { Id: 'n1', Name: 'own', Created: networksMade },
  ];
  answers = ({ path }) => {
    if (path.startsWith('/events'))
      return { status: 200, body: `${past.map((one) => JSON.stringify(one)).join('\n')}\nhalf a li` };
    const body = { '/volumes': { Volumes: volumes }, '/networks': networks }[path] ?? containers;
    return { status: 200, body };
  };
}

describe('removing an image', () => {
  it('takes the names that jobs gave it, then what is left under its id', async () => {
    answers = ({ method, path }) =>
      method === 'DELETE' ? { status: 200, body: [] } : { status: 200, body: { RepoTags: [], path } };
    expect(await images().removeImage('sha256:a', ['docker.io/train', 'train@sha256:d'])).toBe('gone');
    expect(asked).toEqual([
      'DELETE /images/train:latest',
      'GET /images/sha256:a/json',
      'DELETE /images/sha256:a',
    ]);
  });
  it('leaves it where it has a name of the owner’s, or a container of theirs', async () => {
    answers = ({ method }) => ({ status: 200, body: method === 'DELETE' ? [] : { RepoTags: ['mine:1'] } });
    expect(await images().removeImage('sha256:a', ['train:1'])).toBe('used');
    expect(asked).not.toContain('DELETE /images/sha256:a');
    answers = ({ method }) =>
      method === 'DELETE'
        ? { status: 409, body: { message: 'in use' } }
        : { status: 200, body: { RepoTags: [] } };
    expect(await images().removeImage('sha256:a', [])).toBe('used');
  });
  it('is done where it is gone already', async () => {
    expect(await images().removeImage('sha256:a', ['train:1'])).toBe('gone');
    expect(await images().removeVolume('v')).toBe('gone');
    expect(await images().removeNetwork('n')).toBe('gone');
  });
});

describe('emptying a folder', () => {
  let folder: string;
  beforeEach(async () => void (folder = await realpath(await mkdtemp(join(tmpdir(), 'rigshare-empty-')))));
  afterEach(() => rm(folder, { recursive: true }));
  const starting =
    (start: Answer) =>
    ({ path }: HttpRequest): Answer => {
      if (path === '/containers/create') return { status: 201, body: { Id: id('c') } };
      if (path.endsWith('/start')) return start;
      return path.endsWith('/wait') ? { status: 200, body: { StatusCode: 1 } } : { status: 204 };
    };
  it('is done by a container that has that folder and nothing else, and goes afterwards', async () => {
    answers = starting({ status: 204 });
    expect(await images().emptyFolder(folder, 'sha256:a', never)).toBe(true);
    expect(asked.at(-1)).toBe(`DELETE /containers/${id('c')}?force=true&v=true`);
    const wanted = JSON.parse(bodies[0]!) as { HostConfig: Record<string, unknown> };
    expect(wanted).toMatchObject({ Entrypoint: ['rm'], User: '0:0', NetworkDisabled: true });
    expect(wanted.HostConfig).toMatchObject({
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      Mounts: [{ Type: 'bind', Source: folder, Target: '/rigshare' }],
    });
    expect(wanted.HostConfig['Binds']).toBeUndefined();
  });
  it('is not possible with an image without such a program, whose container goes all the same', async () => {
    answers = starting({ status: 400, body: { message: 'exec: "rm": executable file not found in $PATH' } });
    expect(await images().emptyFolder(folder, 'sha256:a', never)).toBe(false);
    expect(asked.at(-1)).toContain(`DELETE /containers/${id('c')}`);
    answers = () => ({ status: 404, body: { message: 'No such image' } });
    expect(await images().emptyFolder(folder, 'sha256:a', never)).toBe(false);
  });
  it('never follows a link in its place or on the way to it', async () => {
    await mkdir(join(folder, 'real', 'inner'), { recursive: true });
    await symlink(join(folder, 'real'), join(folder, 'link'));
    answers = starting({ status: 204 });
    expect(await codeOf(images().emptyFolder(join(folder, 'link'), 'sha256:a', never))).toBe('engine-error');
    expect(await codeOf(images().emptyFolder(join(folder, 'link', 'inner'), 'sha256:a', never))).toBe(
      'engine-error',
    );
    expect(asked).toEqual([]);
  });
  it('removes containers that a killed host left behind, only those for folders of ours', async () => {
    answers = ({ method }) =>
      method === 'DELETE'
        ? { status: 204 }
        : {
            status: 200,
            body: [
              { Id: id('1'), Labels: { 'rigshare.empties': `${folder}/one` } },
              { Id: id('2'), Labels: { 'rigshare.empties': '/somebody/else' } },
            ],
          };
    await images().removeThrowAways(folder);
    expect(asked.filter((one) => one.startsWith('DELETE'))).toEqual([
      `DELETE /containers/${id('1')}?force=true&v=true`,
    ]);
  });
});

describe('processes in our jobs’ containers', () => {
  const count = (containers: readonly string[] = [], allocations: readonly string[] = ['job-1']) =>
    images().processesInContainers({ containers, allocations, folder: '/alloc' });
  const inside = (pid: number, container: string, ...command: string[]) => ({
    pid,
    containers: [id(container)],
    command,
    zombie: false,
  });
  const first = { pid: 1, containers: [], command: [], zombie: false };
  it('are told from the owner’s by the container’s id, an allocation’s in their words, or files of our folder', async () => {
    processes = [first, inside(7, '1'), inside(8, '2'), { ...inside(9, '1'), zombie: true }];
    expect(await count([id('1')])).toBe(1);
    expect(await count([id('3')])).toBe(0);
    processes = [first, inside(7, '1', 'conmon', '-n', 'work-job-1')];
    expect(await count([id('3')])).toBe(1);
    processes = [first, inside(7, '1')];
    touching = 7;
    expect(await count([id('3')])).toBe(1);
    expect(asked).toEqual([]);
  });
  it('cannot be told where others’ processes are hidden, or none of our jobs’ containers is known', async () => {
    processes = [inside(7, '1')];
    expect(await count([id('1')])).toBe(1);
    expect(await count([id('3')])).toBe('unseen');
    processes = [first, inside(7, '1')];
    expect(await count()).toBe('unseen');
  });
  it('are none where there are no containers, or was no job', async () => {
    processes = [first];
    expect(await count()).toBe(0);
    processes = [first, inside(7, '1')];
    expect(await count([], [])).toBe(0);
  });
  it('are not those beside us in a container that we run in ourselves', async () => {
    processes = [first, { ...inside(7, '1'), pid: process.pid }, inside(8, '1')];
    expect(await count()).toBe(0);
  });
});
