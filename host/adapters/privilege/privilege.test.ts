import { setMaxListeners } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EnterEvent, EnterTailnet } from '../../core/ports/tailnet.ts';
import type { Machine, ProcessInfo, Programs, RunResult, Talk } from '../../core/ports/world.ts';
import { FakeClock } from '../../core/testing/fake-clock.ts';
import { createPrivilege } from './privilege.ts';
import { Queue } from './queue.ts';
import { FakeDaemon } from './testing/fake-daemon.ts';
import { problemOf } from './testing/problem-of.ts';

const tag = 'tag:nomad-client';
const request: EnterTailnet = {
  controlUrl: 'https://pool.example',
  tag,
  authKey: 'hskey-auth-secret',
  hostname: 'rig',
  shieldsUp: true,
  operator: 'alice',
};
const never = new AbortController().signal;
setMaxListeners(0, never);
const ended = (over: Partial<RunResult> = {}): RunResult => ({
  exitCode: 0,
  stdout: '',
  stderr: '',
  failure: null,
  ...over,
});

/** A program behind a prompt, played by the test. */
class FakeProgram {
  readonly started: string[][] = [];
  readonly sent: string[] = [];
  readonly lines = new Queue<string>();
  inputEnded = false;
  end: (result: RunResult) => void = () => undefined;

  talk(program: string, args: readonly string[]): Talk {
    this.started.push([program, ...args]);
    const result = new Promise<RunResult>((resolve) => {
      this.end = (how) => {
        this.lines.close();
        resolve(how);
      };
    });
    return {
      send: (line) => void this.sent.push(line),
      lines: this.lines,
      end: () => void (this.inputEnded = true),
      result,
    };
  }

  say(line: unknown): void {
    this.lines.push(JSON.stringify(line));
  }
}

describe('reaching root', () => {
  let folder: string;
  let program: FakeProgram;
  let onPath: string[];
  let daemon: FakeDaemon;
  let clock: FakeClock;
  let env: Record<string, string>;
  let running: Partial<ProcessInfo>[];
  let ran: string[][];
  let sudo: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rigshare-privilege-'));
    await writeFile(join(folder, 'privileged.js'), 'the program');
    program = new FakeProgram();
    onPath = ['pkexec', 'sudo'];
    daemon = new FakeDaemon().signedIn();
    clock = new FakeClock();
    env = { DISPLAY: ':0' };
    running = [];
    ran = [];
    sudo = 1;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function privilege(machine: Partial<Machine> = {}, electron = false) {
    const programs = {
      find: (name: string) => Promise.resolve(onPath.includes(name) ? `/usr/bin/${name}` : null),
      talk: (name: string, args: readonly string[]) => program.talk(name, args),
      run: (name: string, args: readonly string[]) => {
        ran.push([name, ...args]);
        return Promise.resolve(ended({ exitCode: sudo }));
      },
      processes: () =>
        Promise.resolve(running.map((one) => ({ executable: null, command: [], zombie: false, ...one }))),
    } as unknown as Programs;
    const here = { platform: 'linux', root: false, ...machine } as Machine;
    return createPrivilege(
      { clock, programs, tailscaled: daemon.fetch, machine: here },
      {
        file: join(folder, 'privileged.js'),
        node: '/usr/bin/node',
        electron,
        env,
        socket: () => '/run/ts.sock',
      },
    );
  }

  const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
  const started = async (): Promise<string[]> => {
    while (program.started.length === 0) await tick();
    return program.started[0] ?? [];
  };

  it.each([
    ['inline', { root: true }, ['pkexec']],
    ['pkexec', {}, ['pkexec', 'sudo']],
    ['sudo', {}, ['sudo']],
    [null, {}, []],
    [null, { platform: 'windows' as const }, ['sudo']],
  ])('goes %s', async (way, machine, path) => {
    onPath = path;
    sudo = 0;
    expect(await privilege(machine).way()).toBe(way);
  });

  const agent: Partial<ProcessInfo> = { executable: '/usr/libexec/polkit-mate-authentication-agent-1' };
  const inTerminal = (words: string): Partial<ProcessInfo> => ({
    command: ['pkttyagent', ...words.split(' ')],
  });
  const overSsh = { SSH_CONNECTION: '10.0.0.2 50022 10.0.0.1 22' };

  it.each<[way: string | null, why: string, given: object, seen: Partial<ProcessInfo>[], exitCode: number]>([
    ['pkexec', 'a Wayland desktop', { WAYLAND_DISPLAY: 'wayland-0' }, [], 0],
    ['pkexec', 'the desktop’s agent, for a host of no session', {}, [agent], 0],
    ['pkexec', 'an agent in a terminal, for this host', overSsh, [inTerminal(`--process ${process.pid}`)], 0],
    ['sudo', 'nobody to ask', {}, [], 0],
    ['sudo', 'a display at the other end of SSH', { ...overSsh, DISPLAY: 'localhost:10.0' }, [], 0],
    ['sudo', 'an agent of a desktop beside the SSH session', overSsh, [agent], 0],
    ['sudo', 'an agent in a terminal for another process', {}, [inTerminal(`--process 1${process.pid}`)], 0],
    ['sudo', 'no password, although a program could ask', { SUDO_ASKPASS: '/usr/bin/ask' }, [], 0],
    ['sudo-ask', 'a program of sudo’s owner that asks', { SUDO_ASKPASS: '/usr/bin/ask' }, [], 1],
    [null, 'a sudo that needs a password', overSsh, [], 1],
  ])('goes %s by %s', async (way, _, given, seen, exitCode) => {
    env = { ...given };
    running = seen;
    sudo = exitCode;
    expect(await privilege().way()).toBe(way);
  });

  it('asks sudo with what it is to run, and runs that without a prompt', async () => {
    env = {};
    sudo = 0;
    const first = privilege({}, true).enter(request, never).events[Symbol.asyncIterator]().next();
    const line = await started();
    const app = ['/usr/bin/env', 'ELECTRON_RUN_AS_NODE=1', '/usr/bin/node'];
    expect(ran).toEqual([['sudo', '-n', '--', ...app, '-e', '', '--', '--no-sandbox']]);
    expect(line).toEqual([
      'sudo',
      '-n',
      '--',
      ...app,
      expect.stringContaining('privileged.mjs'),
      '--no-sandbox',
    ]);
    program.end(ended({ exitCode: 1 }));
    await problemOf(first);
  });

  it.each([
    [['pkexec', 'pkttyagent', 'sudo'], `pkttyagent --process ${process.pid}`],
    [['pkexec', 'sudo', 'dnf'], `sudo dnf install -y polkit && pkttyagent --process ${process.pid}`],
    [['sudo'], undefined],
    [['apt-get'], undefined],
  ])('says the line that lets it ask, with %s here', async (path, line) => {
    env = {};
    onPath = path;
    const leaving = privilege().leave(
      { tailnet: null, remove: [{ folder: '/a/b/c/d', under: '/a/b/c' }] },
      never,
    );
    const { code, command } = await problemOf(leaving);
    expect({ code, command }).toEqual({ code: 'administrator-missing', command: line });
    expect(program.started).toEqual([]);
  });

  it('says that line too where pkexec finds nobody to ask after all', async () => {
    onPath = ['pkexec', 'pkttyagent'];
    const first = privilege().enter(request, never).events[Symbol.asyncIterator]().next();
    await started();
    program.end(
      ended({
        exitCode: 127,
        stderr: 'Error executing command as another user: No authentication agent found.',
      }),
    );
    expect(await problemOf(first)).toMatchObject({
      code: 'administrator-missing',
      command: `pkttyagent --process ${process.pid}`,
    });
  });

  it('asks for nothing where there is no way', async () => {
    onPath = [];
    const leaving = privilege().leave(
      { tailnet: null, remove: [{ folder: '/a/b/c/d', under: '/a/b/c' }] },
      never,
    );
    expect((await problemOf(leaving)).code).toBe('administrator-missing');
  });

  it('starts a copy that root can read, keeps secrets off the command line, and sends the list only when it is ready', async () => {
    const entering = privilege().enter(request, never);
    const first = entering.events[Symbol.asyncIterator]().next();
    const [prompt, node, file = ''] = await started();
    expect([prompt, node]).toEqual(['pkexec', '/usr/bin/node']);
    expect(file).not.toContain(folder);
    expect(await readFile(file, 'utf8')).toBe('the program');
    expect(program.started.flat().join(' ')).not.toContain('secret');
    await tick();
    expect(program.sent).toEqual([]);
    program.say({ ready: 1 });
    while (program.sent.length === 0) await tick();
    expect(JSON.parse(program.sent[0] ?? '')).toEqual({
      list: [{ task: 'tailscale.enter', ...request }],
      tailscaled: '/run/ts.sock',
    });
    program.say({ problem: { code: 'tailnet-key-refused', remedy: 'new-invite', detail: 'used' }, task: 0 });
    program.say({ end: true });
    program.end(ended());
    expect((await problemOf(first)).code).toBe('tailnet-key-refused');
    await expect(access(file)).rejects.toThrow('ENOENT');
  });

  it('runs the app’s own binary as Node', async () => {
    const first = privilege({}, true).enter(request, never).events[Symbol.asyncIterator]().next();
    expect((await started()).slice(0, 4)).toEqual([
      'pkexec',
      '/usr/bin/env',
      'ELECTRON_RUN_AS_NODE=1',
      '/usr/bin/node',
    ]);
    program.end(ended({ exitCode: 126 }));
    await problemOf(first);
  });

  it('acknowledges an event only when the next one is asked for', async () => {
    const entering = privilege().enter(request, never);
    const events = entering.events[Symbol.asyncIterator]();
    const first = events.next();
    await started();
    program.say({ ready: 1 });
    program.say({ event: { kind: 'before', oldProfile: 'old1', formerOperator: '' } });
    expect((await first).value).toEqual({ kind: 'before', oldProfile: 'old1', formerOperator: '' });
    await tick();
    expect(program.sent).toHaveLength(1);
    const second = events.next();
    await tick();
    expect(program.sent[1]).toBe('{"word":"ack"}');
    program.say({ waiting: true });
    expect((await second).done).toBe(true);
    const finished = entering.finish('connected');
    await tick();
    expect(program.sent[2]).toBe('{"word":"connected"}');
    program.say({ end: true });
    program.end(ended());
    await finished;
  });

  it.each([
    ['administrator-refused', ended({ exitCode: 126, stderr: 'Request dismissed' })],
    ['administrator-refused', ended({ exitCode: 1, stderr: 'sudo: a password is required' })],
    ['administrator-missing', ended({ exitCode: null, failure: 'missing' })],
    ['administrator-failed', ended({ exitCode: 126, stderr: '/usr/bin/env: ‘/x/app’: Permission denied' })],
    ['administrator-failed', ended({ exitCode: null, failure: 'signal' })],
  ])('says %s when it never came to our program', async (code, result) => {
    const first = privilege().enter(request, never).events[Symbol.asyncIterator]().next();
    await started();
    program.end(result);
    expect((await problemOf(first)).code).toBe(code);
    expect(program.sent).toEqual([]);
  });

  it('says so when the program breaks off in the middle', async () => {
    const first = privilege().enter(request, never).events[Symbol.asyncIterator]().next();
    await started();
    program.say({ ready: 1 });
    program.end(ended({ exitCode: 2, stderr: 'out of luck' }));
    expect(await problemOf(first)).toMatchObject({ code: 'administrator-failed', detail: 'out of luck' });
  });

  it('lets go by ending the program’s input when it is no longer wanted', async () => {
    const stop = new AbortController();
    const entering = privilege().enter(request, stop.signal);
    const first = entering.events[Symbol.asyncIterator]().next();
    await started();
    stop.abort();
    await tick();
    expect(program.inputEnded).toBe(true);
    program.end(ended());
    await problemOf(first);
  });

  it('passes over lines that are not ours and works a whole list off before it tells the first problem', async () => {
    const remove = [{ folder: '/home/a/agent/alloc', under: '/home/a/agent' }];
    const tailnet = {
      oldProfile: 'old1',
      newProfile: 'new1',
      controlUrl: 'https://pool.example',
      formerOperator: null,
    };
    const leaving = problemOf(privilege().leave({ tailnet, remove }, never));
    await started();
    program.lines.push('Welcome, root');
    program.say({ ready: 1 });
    while (program.sent.length === 0) await tick();
    expect(
      (JSON.parse(program.sent[0] ?? '') as { list: { task: string }[] }).list.map((one) => one.task),
    ).toEqual(['tailscale.leave', 'remove']);
    program.say({ problem: { code: 'tailscale-stopped', remedy: 'start-tailscale', detail: null }, task: 0 });
    program.say({ end: true });
    program.end(ended());
    expect((await leaving).code).toBe('tailscale-stopped');
  });

  it('does the same in process where we are root', async () => {
    daemon.end = { then: 'runs', tags: [tag] };
    const entering = privilege({ root: true }).enter({ ...request, operator: 'root' }, never);
    const seen: EnterEvent['kind'][] = [];
    const followed = (async () => {
      for await (const event of entering.events) seen.push(event.kind);
    })();
    await clock.finish(followed, 20_000);
    expect(seen).toEqual(['before', 'profile', 'running']);
    expect(daemon.current).toBe('new1');
    await clock.finish(entering.finish('undo'), 10_000);
    expect(daemon.current).toBe('old1');
    expect(program.started).toEqual([]);
  });

  it('goes back in process when it is no longer wanted', async () => {
    daemon.end = { then: 'runs', tags: [tag] };
    const stop = new AbortController();
    const entering = privilege({ root: true }).enter(request, stop.signal);
    const followed = (async () => {
      for await (const event of entering.events) if (event.kind === 'profile') stop.abort();
    })();
    await clock.finish(problemOf(followed), 20_000);
    expect(daemon.current).toBe('old1');
    expect(daemon.profiles).toHaveLength(1);
  });
});
