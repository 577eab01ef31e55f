import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstEvening } from '../scenarios/first-evening.ts';
import { Visitor } from '../testing/visitor.ts';
import { introductionFor } from './introduction.ts';

let visitor: Visitor;
beforeEach(() => void (visitor = new Visitor(firstEvening)));
afterEach(() => visitor.close());

const output = (): string => readFileSync(join(visitor.folder, 'output.log'), 'utf8');
const nodes = (): readonly string[] =>
  [...visitor.demo.pool.servers.store.nodes.values()].map(({ Name }) => Name);

describe('a pool that takes only introduced computers in', () => {
  const introduce = (token: string): void => {
    mkdirSync(join(visitor.folder, 'agent', 'state'), { recursive: true });
    writeFileSync(join(visitor.folder, 'agent', 'state', 'intro_token.jwt'), token);
  };
  const pool = (): string => visitor.demo.pool.other.config.nodePool;
  beforeEach(async () => {
    visitor.demo.pool.servers.strict = true;
    await visitor.enter();
  });

  it('refuses one without a token, and takes it in with one after a new start', async () => {
    await visitor.startAgent();
    expect(output()).toContain('error registering: error="rpc error: Permission denied"');
    expect(nodes()).not.toContain('demo-desk');
    introduce(introductionFor('demo-desk', pool(), visitor.clock.now() + 300_000));
    await visitor.clock.advance(60_000);
    expect(nodes()).not.toContain('demo-desk');
    await visitor.killAgent();
    await visitor.startAgent();
    expect(nodes()).toContain('demo-desk');
  });

  it.each([
    ['another name', () => introductionFor('other', pool(), visitor.clock.now() + 300_000)],
    ['another pool', () => introductionFor(null, 'other', visitor.clock.now() + 300_000)],
    ['an end a minute ago', () => introductionFor('demo-desk', pool(), visitor.clock.now() - 61_000)],
    ['another signature', () => `${introductionFor(null, pool(), visitor.clock.now() + 300_000)}x`],
  ])('refuses a token with %s', async (_, token) => {
    introduce(token());
    await visitor.startAgent();
    expect(nodes()).not.toContain('demo-desk');
  });

  it('takes one in with a token that ended a moment ago, and again without any', async () => {
    introduce(introductionFor(null, pool(), visitor.clock.now() - 30_000));
    await visitor.startAgent();
    expect(nodes()).toContain('demo-desk');
    visitor.demo.pool.servers.strict = true;
    introduce('');
    await visitor.killAgent();
    await visitor.startAgent();
    expect((await visitor.node()).Status).toBe('ready');
  });
});

describe('an agent that starts', () => {
  const start = async (config: object): Promise<string> => {
    const file = join(visitor.folder, 'one.json');
    const log = join(visitor.folder, 'one.log');
    writeFileSync(file, JSON.stringify(config));
    appendFileSync(log, '');
    await visitor.demo.world.programs.startDetached('/usr/bin/nomad', ['agent', '-config', file], {
      outputFile: log,
      cwd: visitor.folder,
    });
    await visitor.clock.advance(1_000);
    return readFileSync(log, 'utf8');
  };
  const client = { enabled: true, state_dir: '', alloc_dir: '' };
  const good = (): object => ({
    data_dir: join(visitor.folder, 'd'),
    ports: { http: 47_000 },
    client: { ...client, state_dir: join(visitor.folder, 's'), alloc_dir: join(visitor.folder, 'a') },
  });

  it('ends at a key that its Docker driver does not know', async () => {
    const docker = { gc: { dangling_containers: { enabled: false } } };
    expect(await start({ ...good(), plugin: [{ docker: { config: docker } }] })).toContain('agent started');
    const odd = { gc: { dangling_containers: { enabled: false, odd: 1 } } };
    expect(
      await start({ ...good(), ports: { http: 47_001 }, plugin: [{ docker: { config: odd } }] }),
    ).toMatch(/plugin configurations failed[\s\S]*"odd"/);
  });

  it('ends where its certificates are not', async () => {
    const tls = { rpc: true, ca_file: join(visitor.folder, 'ca.pem') };
    expect(await start({ ...good(), tls })).toContain('ca.pem: no such file');
  });

  it('writes into the log file that it is told', async () => {
    const log = join(visitor.folder, 'nomad.log');
    await start({ ...good(), log_file: log });
    expect(readFileSync(log, 'utf8')).toContain('using state directory');
  });
});

it('lets a job write for as long as it runs, and not longer', async () => {
  await visitor.untilBusy();
  const id = visitor.allocations[0]?.ID ?? '';
  const logs = join(visitor.folder, 'agent', 'alloc', id, 'alloc', 'logs');
  const lines = (): number => readFileSync(join(logs, 'main.stdout.0'), 'utf8').split('\n').length;
  expect(readdirSync(logs).toSorted()).toEqual(['main.stderr.0', 'main.stdout.0']);
  const before = lines();
  await visitor.killAgent();
  await visitor.clock.advance(10_000);
  expect(lines()).toBe(before + 4);
  for (const { id: container } of visitor.demo.desk.containers.list())
    await visitor.clock.finish(visitor.demo.desk.containers.stop(container, 0));
  const after = lines();
  await visitor.clock.advance(10_000);
  expect(lines()).toBe(after);
});
