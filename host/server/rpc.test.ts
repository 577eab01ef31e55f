import { traverseContractProcedures } from '@orpc/server';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { contract, inviteInputSchema } from '../../contract/contract.ts';
import { configWishSchema } from '../../contract/configuration.ts';
import { leaveOptionsSchema } from '../../contract/leaving.ts';
import { logWishSchema } from '../../contract/logs.ts';
import { problemRemedies, problemSchema } from '../../contract/problems.ts';
import { commandsDouble, sharingState, type CommandsDouble } from '../procedures/testing/commands-double.ts';
import { serveHost, type HostServer } from '../server.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let server: HostServer;
let commands: CommandsDouble;
let dispatcher: Agent;
const faults: unknown[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-rpc-'));
  const socketPath = join(folder, 'host.sock');
  commands = commandsDouble(sharingState);
  server = await serveHost({
    commands,
    socketPath,
    page: null,
    reportFault: (_reference, error) => faults.push(error),
  });
  dispatcher = new Agent({ connect: { socketPath } });
});
afterAll(async () => {
  await dispatcher.destroy();
  await server.close();
  await rm(folder, { recursive: true });
});
afterEach(() => (faults.length = 0));

const paths: string[] = [];
traverseContractProcedures({ router: contract, path: [] }, ({ path }) => paths.push(path.join('/')));

/** Sends it and reads the answer, of a stream the first event alone. */
async function post(
  path: string,
  body: string,
  type = 'application/json',
): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://localhost/rpc/${path}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
    dispatcher,
  });
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream'))
    return { status: answer.status, text: await answer.text() };
  const reader = answer.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return { status: answer.status, text: Buffer.from(value as Uint8Array).toString() };
}

/** Null for an answer that went well; throws for an error that is no typed problem. */
function problemIn({ status, text }: { status: number; text: string }) {
  if (status === 200) return null;
  const { json } = JSON.parse(text) as { json: { code: string; data: unknown } };
  const problem = problemSchema.parse(json.data);
  expect(json.code).toBe(problem.code);
  expect(problem.remedy).toBe(problemRemedies[problem.code]);
  return problem;
}

/** What a command may be given, by its name. */
const mayBeGiven: Record<string, (...args: readonly unknown[]) => boolean> = {
  leave: (options) => leaveOptionsSchema.safeParse(options).success,
  configuration: (wish) => configWishSchema.safeParse(wish).success,
  jobLog: (wish) => logWishSchema.safeParse(wish).success,
  agentLog: (wish) => logWishSchema.safeParse(wish).success,
  whenIdle: (on) => on === null || typeof on === 'boolean',
  ownNetwork: (on) => typeof on === 'boolean',
  consent: (invite) => inviteInputSchema.safeParse(invite).success,
  createReport: (id, way) => typeof id === 'string' && typeof way === 'string',
  preview: (invite) => inviteInputSchema.strict().safeParse(invite).success,
  join: (invite) => inviteInputSchema.strict().safeParse(invite).success,
  checks: (invite) => invite === null || inviteInputSchema.strict().safeParse(invite).success,
  pause: (how, until) => (how === 'finish' || how === 'now') && (until === null || Number.isInteger(until)),
  resume: (openAnyway) => typeof openAnyway === 'boolean',
  share: (uuid, share) => typeof uuid === 'string' && typeof share === 'boolean',
  history: (page) => Number.isInteger((page as { limit: number }).limit),
  ledger: (page) => Number.isInteger((page as { limit: number }).limit),
  summary: (days) => Number.isInteger(days) && Number(days) >= 1,
  updateSettings: (change) => Object.keys(change as object).every((key) => key in sharingState.settings),
  stop: (sharing) => sharing === 'stop' || sharing === 'keep',
};

/** Random JSON in which words and shapes of the contract are likely, so that some of it is nearly right. */
const words = fc.constantFrom(
  'now',
  'finish',
  'file',
  'stop',
  'keep',
  'dark',
  'GPU-1',
  '__proto__',
  'constructor',
  'an invite',
);
const keys = fc.constantFrom(
  'how',
  'until',
  'text',
  'from',
  'uuid',
  'share',
  'limit',
  'before',
  'days',
  'sharing',
  'theme',
  'invite',
  'openAnyway',
  '__proto__',
);
const leaf = fc.oneof(words, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.string());
const input = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(keys, fc.oneof(leaf, fc.dictionary(keys, leaf), fc.jsonValue())),
);
const meta = fc.array(fc.array(fc.oneof(fc.integer({ min: -1, max: 8 }), keys), { maxLength: 4 }), {
  maxLength: 3,
});
const body = fc.oneof(
  input.map((json) => JSON.stringify({ json })),
  fc.tuple(input, meta).map(([json, meta]) => JSON.stringify({ json, meta })),
  fc.json(),
  fc.string(),
);

describe('whatever is sent', () => {
  it('nothing unparsed reaches a command, and nothing comes back but an answer or a typed problem', async () => {
    expect(paths.length).toBeGreaterThanOrEqual(14);
    let reached = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), body, async (path, body) => {
        const before = commands.calls.length;
        const problem = problemIn(await post(path, body));
        expect(problem?.code).not.toBe('internal');
        for (const { name, args } of commands.calls.slice(before)) {
          expect(
            mayBeGiven[name]?.(...args) ?? args.length === 0,
            `${name} got ${JSON.stringify(args)}`,
          ).toBe(true);
          reached++;
        }
      }),
      { numRuns: 300 },
    );
    expect(reached).toBeGreaterThan(10);
    expect(faults).toEqual([]);
  });
  it.each([
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'text/event-stream',
    '',
  ])('as %s is not read', async (type) => {
    expect(problemIn(await post('sharing/retry', '{}', type))).toMatchObject({ code: 'bad-request' });
  });
  it('to a procedure that is not there is a typed problem', async () => {
    for (const path of ['', 'sharing', 'sharing/pause/now', '__proto__', 'constructor/name', '%zz']) {
      expect(problemIn(await post(path, '{}')), path).toMatchObject({ code: 'bad-request' });
    }
  });
  it('is not read beyond any invite’s length', async () => {
    const text = 'x'.repeat(12_000_001);
    expect(
      problemIn(await post('pool/preview', JSON.stringify({ json: { text, from: 'file' } }))),
    ).toMatchObject({ code: 'bad-request', detail: 'too long' });
    const longest = '\u0001'.repeat(1_900_000);
    expect(
      problemIn(await post('pool/preview', JSON.stringify({ json: { text: longest, from: 'file' } }))),
    ).toMatchObject({ code: 'invite-malformed' });
  });
  it('of a command’s own fault is reported and named, and a problem passes whichever it is', async () => {
    commands.breakWith('retry', new TypeError('undefined is not a function'));
    expect(problemIn(await post('sharing/retry', '{}'))).toMatchObject({
      code: 'internal',
      detail: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    expect(faults).toHaveLength(1);
  });
});

describe('a slow reader', () => {
  it('of the state gets the newest and not all there was', async () => {
    const answer = await fetch('http://localhost/rpc/state', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      dispatcher,
    });
    const reader = answer.body!.getReader();
    await reader.read();
    const many = 20_000;
    let last = 0;
    for (let i = 0; i < many; i++) {
      commands.set({});
      if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    last = commands.state().revision;
    let text = '';
    while (!text.includes(`"revision":${last},`))
      text += Buffer.from((await reader.read()).value as Uint8Array).toString();
    expect(text.split('"revision"').length).toBeLessThan(many / 4);
    await reader.cancel();
  });
});
