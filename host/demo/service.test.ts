import { beforeEach, describe, expect, it } from 'vitest';
import type { Unreachable } from '../core/ports/world.ts';
import { FakeClock } from '../core/testing/fake-clock.ts';
import { type Down, LineStream, Service } from './service.ts';

let clock: FakeClock;
let down: Down;
let service: Service;
let streams: LineStream[];
let left: number;

beforeEach(() => {
  clock = new FakeClock();
  down = null;
  streams = [];
  left = 0;
  service = new Service(
    clock,
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === '/slow') await clock.sleep(10_000, request.signal);
      if (pathname === '/never') return new Promise(() => undefined);
      if (pathname !== '/stream')
        return Response.json({ method: request.method, body: await request.text() });
      const stream = new LineStream(request.signal, () => left++);
      streams.push(stream);
      return new Response(stream.body);
    },
    () => down,
  );
});

const why = async (work: Promise<unknown>): Promise<Unreachable['why']> =>
  clock.finish(
    work.then(
      () => Promise.reject(new Error('it was answered')),
      (error: unknown) => (error as Unreachable).why,
    ),
  );

describe('a service of the demo', () => {
  it('answers with status, headers and a whole body', async () => {
    const answer = await service.fetch({ method: 'PUT', path: '/x', body: 'hello', timeoutMs: 1_000 });
    expect([answer.status, answer.header('Content-Type')]).toEqual([200, 'application/json']);
    expect(JSON.parse(await answer.text())).toEqual({ method: 'PUT', body: 'hello' });
    expect([service.open, clock.waiting]).toEqual([0, 0]);
  });

  it.each(['absent', 'refused', 'denied'] as const)('is %s while nobody is there', async (state) => {
    down = state;
    expect(await why(service.fetch({ path: '/x', timeoutMs: 1_000 }))).toBe(state);
  });

  it('is given up on after the limit, and when the caller wants no more', async () => {
    const start = clock.monotonic();
    expect(await why(service.fetch({ path: '/never', timeoutMs: 2_000 }))).toBe('timeout');
    expect(clock.monotonic() - start).toBeLessThan(2_200);
    const stop = new AbortController();
    const asked = why(service.fetch({ path: '/never', timeoutMs: 2_000, signal: stop.signal }));
    stop.abort();
    expect(await asked).toBe('aborted');
    expect(await why(service.fetch({ path: '/x', timeoutMs: 2_000, signal: stop.signal }))).toBe('aborted');
    expect(service.open).toBe(0);
  });

  it('breaks what is under way when its program is killed', async () => {
    const asked = why(service.fetch({ path: '/slow', timeoutMs: 60_000 }));
    await clock.advance(100);
    service.cut();
    expect(await asked).toBe('broken');
  });

  it('streams lines until its reader leaves', async () => {
    const stop = new AbortController();
    const answer = await service.fetch({ path: '/stream', timeoutMs: 1_000, signal: stop.signal });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of answer.chunks()) seen.push(new TextDecoder().decode(chunk));
    })();
    streams[0]?.push({ a: 1 });
    streams[0]?.push({});
    await clock.advance(60_000);
    expect(seen).toEqual(['{"a":1}\n', '{}\n']);
    stop.abort();
    await reading;
    expect([left, service.open]).toEqual([1, 0]);
  });

  it('ends a stream well when the program ends it, and breaks it when the program is killed', async () => {
    const read = async (): Promise<void> => {
      const answer = await service.fetch({ path: '/stream', timeoutMs: 1_000 });
      for await (const chunk of answer.chunks()) expect(chunk).toBeDefined();
    };
    const well = read();
    await clock.advance(10);
    streams[0]?.end();
    await well;
    const badly = why(read());
    await clock.advance(10);
    service.cut();
    expect(await badly).toBe('broken');
  });
});
