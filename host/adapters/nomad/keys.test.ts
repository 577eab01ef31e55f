import { expect, it } from 'vitest';
import { ProblemError } from '../../../contract/problems.ts';
import { keySets, keysOf, type KeySet, withKnownKeys } from './keys.ts';

const sets: readonly KeySet[] = [
  { from: '2.0.4', adds: ['name', 'client.enabled', 'client.meta.*', 'plugin.docker.config.a'], drops: [] },
  { from: '2.3.0', adds: ['ui.enabled'], drops: ['name'] },
];
const config = {
  name: 'rig',
  ui: { enabled: false },
  client: { enabled: true, meta: { 'any.key': '1' } },
  plugin: [{ docker: { config: { a: [] } } }],
};
const problemOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof ProblemError ? [error.problem.code, error.problem.detail] : error;
  }
};

it('leaves out what a version does not know and can be done without', () => {
  expect(withKnownKeys(config, '2.0.4', sets)).toEqual({
    name: 'rig',
    client: { enabled: true, meta: { 'any.key': '1' } },
    plugin: [{ docker: { config: { a: [] } } }],
  });
});

it('writes nothing where a version does not know what keeps the machine safe or the agent in its place', () => {
  expect(problemOf(() => withKnownKeys(config, '2.3.1', sets))).toEqual([
    'nomad-version-unknown',
    '2.3.1: name',
  ]);
  const docker = { plugin: [{ docker: { config: { allow_privileged: false } } }] };
  expect(problemOf(() => withKnownKeys(docker, '2.0.4', sets))).toEqual([
    'nomad-version-unknown',
    '2.0.4: plugin.docker.config.allow_privileged',
  ]);
});

it('takes the newest keys it knows for a newer 2.x, and refuses what comes after', () => {
  expect(keysOf('2.9.0')).toEqual(keysOf(keySets.at(-1)?.from ?? ''));
  expect([...keysOf('2.4.0', sets)]).toContain('ui.enabled');
  expect(problemOf(() => keysOf('3.0.0'))).toEqual(['nomad-version-unknown', '3.0.0']);
});

it('knows no key twice', () => {
  for (const { adds } of keySets) expect(new Set(adds).size).toBe(adds.length);
});
