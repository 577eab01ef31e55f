import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { LogChunk } from '../../contract/logs.ts';
import { createFiles } from '../adapters/files/files.ts';
import { createSecrets } from '../adapters/secrets/secrets.ts';
import { demoInvite } from '../demo/invite.ts';
import { introductionFor } from '../demo/nomad/introduction.ts';
import { firstEvening } from '../demo/scenarios/first-evening.ts';
import { rtx3090, rtx4090 } from '../demo/scenarios/parts.ts';
import { Evening } from './testing/evening.ts';

vi.setConfig({ testTimeout: 60_000 });

let evening: Evening;
afterEach(async () => {
  await evening.close();
  expect(evening.faults).toEqual([]);
});

const never = new AbortController().signal;

it('follows what a job writes until it is over, and what the agent writes', async () => {
  evening = await Evening.begin(firstEvening);
  await evening.join();
  const { work } = await evening.until((s) => s.work.some((w) => w.state === 'running'), 60_000);
  const id = work[0]!.id;
  const { agent } = evening.session;
  const read: LogChunk[] = [];
  const reading = (async () => {
    for await (const chunk of agent.jobLog({ id, stream: 'stdout', lines: 10, follow: true }, never))
      read.push(chunk);
  })();
  await evening.until((s) => !s.work.some((w) => w.id === id), 900_000);
  await evening.clock.advance(10_000);
  await reading;
  const text = read.map((chunk) => chunk.text).join('');
  expect(text.startsWith('CUDA available: True\n')).toBe(true);
  expect(text.split('\n').length).toBeGreaterThan(20);
  let written = '';
  for await (const chunk of agent.agentLog({ lines: 50, follow: false }, never)) written += chunk.text;
  expect(written).toContain('node registration complete');
});

it('says before a card is kept what that changes, and after it what it changed and why', async () => {
  evening = await Evening.begin({ ...firstEvening, cards: [{ ...rtx4090, idleMib: 10 }, rtx3090] });
  await evening.join();
  await evening.kind('sharing', 40_000);
  const { session } = evening;
  expect(evening.state.configChange).toBeNull();
  const asked = await session.agent.configuration({
    gpu: { uuid: rtx3090.uuid, share: false },
    limits: null,
  });
  expect(asked.pending?.why).toEqual(['gpus']);
  expect(asked.pending?.lines).toContainEqual({ key: 'client.meta.gpu-count', from: '2', to: '1' });
  expect((await session.agent.configuration({ gpu: null, limits: null })).pending).toBeNull();
  await session.application.share(rtx3090.uuid, false);
  const { configChange } = await evening.until((s) => s.configChange !== null, 20_000);
  expect(configChange).toEqual({ ...asked.pending, at: expect.any(Number) as number });
  await evening.until((s) => s.node.kind === 'sharing', 30_000);
  expect((await session.agent.configuration({ gpu: null, limits: null })).lines).toContainEqual({
    key: 'plugin.nomad-device-nvidia.config.ignored_gpu_ids',
    value: rtx3090.uuid,
  });
});

it('says that the pool wants an introduction, and is taken in with one of a fresh invite', async () => {
  evening = await Evening.begin(firstEvening);
  const { servers, other } = evening.demo.pool;
  servers.strict = true;
  await evening.join();
  const wanting = await evening.until(
    (s) => [s.node, ...s.notes].some((one) => one.kind === 'attention'),
    60_000,
  );
  expect([wanting.node, ...wanting.notes]).toContainEqual(
    expect.objectContaining({ problem: expect.objectContaining({ code: 'introduction-missing' }) as object }),
  );
  const secrets = createSecrets(join(evening.folder, 'secrets'), createFiles(evening.clock));
  const name = evening.demo.desk.running?.config.name ?? '';
  await secrets.write(
    'introduction-token',
    introductionFor(name, other.config.nodePool, evening.clock.now() + 300_000),
  );
  await evening.kind('sharing', 60_000);
  expect(await secrets.read('introduction-token')).toBeNull();
  await expect(readFile(join(evening.folder, 'agent', 'state', 'intro_token.jwt'))).rejects.toThrow('ENOENT');
});

it('has a damaged or foreign configuration written anew, and says what differs', async () => {
  evening = await Evening.begin(firstEvening);
  await evening.join();
  await evening.kind('sharing', 30_000);
  const file = join(evening.folder, 'agent', 'agent.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"allow_privileged": false', '"allow_privileged": true'));
  const { configChange } = await evening.until((s) => s.configChange !== null, 30_000);
  expect(configChange?.lines).toEqual([
    { key: 'plugin.docker.config.allow_privileged', from: 'true', to: 'false' },
  ]);
  expect(await readFile(file, 'utf8')).toBe(text);
});

it('tells what a fresh invite changes before the program that runs takes it, and lets the work go on', async () => {
  evening = await Evening.begin(firstEvening);
  await evening.join();
  await evening.until((s) => s.work.some((w) => w.state === 'running'), 60_000);
  const before = evening.demo.desk.running;
  const invite = { ...demoInvite(evening.clock.now()), contributor: { id: 'mira', displayName: 'Mira' } };
  await evening.session.application.join({ text: JSON.stringify(invite), from: 'file' });
  const told = await evening.until((s) => s.configChange !== null, 20_000);
  const lines = [{ key: 'client.meta.rigshare.contributor', from: 'demo-owner', to: 'mira' }];
  expect(told.configChange).toEqual({ why: ['invite'], lines, at: null });
  await evening.clock.advance(9_000);
  expect(evening.state.configChange?.at).toBeNull();
  expect(evening.state.work.map((w) => w.state)).toContain('running');
  expect(evening.demo.desk.running).toBe(before);
  await evening.until((s) => s.configChange?.at != null, 3_000);
  await evening.until((s) => s.node.kind === 'sharing', 30_000);
  expect(evening.demo.desk.running?.config.meta).toMatchObject({ 'rigshare.contributor': 'mira' });
});
