import type { EngineSample } from '../ports/engine.ts';

/** A Docker engine that can do all that sharing needs, with these differences. */
export const engineSample = (over: Partial<EngineSample> = {}): EngineSample => ({
  kind: 'docker',
  version: '28',
  rootless: false,
  rights: 'group',
  linux: true,
  nvidia: 'runtime',
  ownCgroups: true,
  socket: '/var/run/docker.sock',
  containers: [],
  others: [],
  ...over,
});
