import { expect, it } from 'vitest';
import type { ProcessInfo } from '../../core/ports/world.ts';
import { descendantsOf, suspects, type Traces } from './helpers.ts';

const self = 50;
const own = 'f'.repeat(64);
const one = (pid: number, parent: number, over: Partial<ProcessInfo> = {}): ProcessInfo => ({
  pid,
  parent,
  startTime: `t${pid}`,
  executable: '/usr/bin/nomad',
  command: ['/usr/bin/nomad', 'logmon'],
  containers: [],
  zombie: false,
  ...over,
});
const init = one(1, 0, { executable: null });
const host = one(self, 1, { executable: '/usr/bin/node' });
const traces: Traces = { agent: null, noted: [], self, pluginFolder: '/home/o/agent/plugins' };

const judged = (
  processes: readonly ProcessInfo[],
  over: Partial<Traces> = {},
): { sure: number[]; perhaps: number[] } => {
  const { sure, perhaps } = suspects([init, host, ...processes], { ...traces, ...over });
  return { sure: sure.map(({ pid }) => pid), perhaps: perhaps.map(({ pid }) => pid) };
};

it('finds all below a process, however deep, and nothing beside it', () => {
  const all = [one(10, 1), one(11, 10), one(12, 11), one(13, 1)];
  expect(
    descendantsOf(new Set([10]), all)
      .map(({ pid }) => pid)
      .sort(),
  ).toEqual([11, 12]);
});

it('survives a table that changed while it was read, with a circle in it', () => {
  expect(descendantsOf(new Set([10]), [one(10, 11), one(11, 10)]).map(({ pid }) => pid)).toEqual([11]);
});

it('is sure of what was noted below the agent, by id and start time', () => {
  const noted = [
    { pid: 20, startTime: 't20' },
    { pid: 21, startTime: 'another' },
  ];
  expect(judged([one(20, 30), one(21, 30), one(30, self)], { noted })).toEqual({ sure: [20], perhaps: [] });
});

it('spares the running agent and all below it, noted or not', () => {
  const agent = { pid: 10, startTime: 't10' };
  const noted = [{ pid: 11, startTime: 't11' }];
  expect(judged([one(10, 1), one(11, 10), one(12, 11)], { agent, noted })).toEqual({ sure: [], perhaps: [] });
});

it('is sure of an orphan that runs from our plugin folder, and leaves one with a parent alone', () => {
  const executable = '/home/o/agent/plugins/nomad-device-nvidia';
  expect(judged([one(20, 1, { executable }), one(30, self), one(21, 30, { executable })])).toEqual({
    sure: [20],
    perhaps: [],
  });
  expect(judged([one(20, 1, { executable: '/home/o/agent/plugins-old/x' })]).sure).toEqual([]);
});

it('suspects orphans alone: children of the first process, of a session’s manager, or of nobody', () => {
  const manager = one(40, 1, { executable: '/usr/lib/systemd/systemd', command: ['systemd', '--user'] });
  expect(judged([manager, one(20, 1), one(21, 40), one(22, 999), one(23, self)]).perhaps.sort()).toEqual([
    20, 21, 22,
  ]);
});

it('suspects no orphan that is none of the program’s helpers, such as the owner’s collector of logs', () => {
  const collector = one(20, 1, { executable: '/usr/bin/vector', command: ['/usr/bin/vector', '--quiet'] });
  const bare = one(21, 1, { executable: '/usr/bin/tail', command: ['tail'] });
  expect(judged([collector, bare, one(22, 1)])).toEqual({ sure: [], perhaps: [22] });
});

it('never suspects a program by its name: not another’s agent with a parent, nor ourselves and those above us', () => {
  const shell = one(60, 1, { executable: '/bin/bash' });
  const me = one(self, 60, { executable: '/usr/bin/node' });
  const { sure, perhaps } = suspects([init, shell, me, one(70, 60), one(71, 70)], traces);
  expect([...sure, ...perhaps].map(({ pid }) => pid)).toEqual([]);
});

it('leaves zombies and what runs in containers alone, unless all of us runs in that one', () => {
  const inside = one(20, 1, { containers: ['a'.repeat(64)] });
  expect(judged([inside, one(21, 1, { zombie: true })]).perhaps).toEqual([]);
  const me = one(self, 1, { containers: [own] });
  const { perhaps } = suspects(
    [init, me, one(22, 1, { containers: [own] }), one(23, 1, { containers: ['a'.repeat(64), own] })],
    traces,
  );
  expect(perhaps.map(({ pid }) => pid)).toEqual([22]);
});
