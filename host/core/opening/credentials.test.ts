import { expect, it } from 'vitest';
import { problem } from '../../../contract/problems.ts';
import { noFacts, seen, unknown, type Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { plan } from '../plan.ts';
import type { CredentialsSample } from '../ports/nomad.ts';
import { look } from '../testing/world-looks.ts';
import { act, freshWorld, joined, pass, rules, type World } from '../testing/world-model.ts';
import { credentialNotices } from './credentials.ts';

const secured: Intent = { ...joined, pool: joined.pool && { ...joined.pool, hasTls: true } };
const day = 86_400_000;

function opened(): World {
  const world = freshWorld();
  for (let i = 0; i < 10; i++) {
    const next = plan(secured, look(noFacts, world), world.now, rules);
    if (!('do' in next)) break;
    act(world, next.do);
    pass(world, 10);
  }
  return world;
}

const holding = (world: World, credentials: Partial<CredentialsSample>): Facts => {
  const facts = look(noFacts, world);
  if (!facts.agent.known) throw new Error('no agent was seen');
  const sample = { tls: null, introduction: null, changed: false, ...credentials };
  return { ...facts, agent: seen({ ...facts.agent.value, credentials: sample }, world.now) };
};
const tls = (expiresAt: number | null, fault: string | null = null) => ({
  tls: { expiresAt, problem: fault === null ? null : problem('tls-invalid', fault) },
});
const ask = (world: World, facts: Facts) => plan(secured, facts, world.now, rules);

it('starts no agent with certificates that are over, damaged or gone, and says which', () => {
  const world = opened();
  world.agentUp = false;
  const over = world.now - 1;
  for (const [credentials, code] of [
    [tls(over), 'tls-expired'],
    [tls(null, 'garbled'), 'tls-invalid'],
    [{ tls: null }, 'secrets-lost'],
  ] as const)
    expect(ask(world, holding(world, credentials))).toMatchObject({ rest: 'owner', problem: { code } });
  expect(ask(world, holding(world, tls(world.now + day)))).toMatchObject({ do: { kind: 'start-agent' } });
});

it('starts the agent anew for certificates of a fresh invite, unless they are bad', () => {
  const world = opened();
  const fresh = { ...tls(world.now + 300 * day), changed: true };
  expect(ask(world, holding(world, fresh))).toMatchObject({ do: { kind: 'restart-agent' } });
  expect(ask(world, holding(world, { ...tls(null, 'garbled'), changed: true }))).toMatchObject({
    rest: 'reached',
  });
});

it('shares on while the connection holds, and names the certificate when the pool is gone after its end', () => {
  const world = opened();
  const facts = holding(world, tls(world.now - 1));
  expect(ask(world, facts)).toMatchObject({ rest: 'reached' });
  const lost = { ...facts, node: unknown(problem('nomad-server-lost'), world.now) };
  expect(ask(world, lost)).toMatchObject({ wait: 'pool', problem: { code: 'tls-expired' } });
});

it('says at once that the pool wants another introduction', () => {
  const world = opened();
  for (const code of ['introduction-missing', 'introduction-expired', 'introduction-refused'] as const) {
    const facts = { ...holding(world, tls(world.now + day)), node: unknown(problem(code), world.now) };
    expect(ask(world, facts)).toMatchObject({ wait: 'pool', problem: { code } });
  }
});

it('speaks of a certificate two weeks before its end, and not sooner', () => {
  const world = opened();
  const told = (ms: number, intent = secured) =>
    credentialNotices(intent, holding(world, tls(world.now + ms)), world.now).map(({ code }) => code);
  expect([told(15 * day), told(13 * day), told(-1)]).toEqual([[], ['tls-expires-soon'], []]);
  expect(told(13 * day, joined)).toEqual([]);
});
