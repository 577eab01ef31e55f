import { expect, it } from 'vitest';
import type { ContainerEvent } from '../../core/ports/engine.ts';
import type { HttpAnswer } from '../../core/ports/world.ts';
import { eventsPath, readEvents, splitObjects } from './events.ts';

const id = 'a'.repeat(64);
const event = (Action: string, Attributes: object = { 'com.hashicorp.nomad.alloc_id': 'ours' }): string =>
  JSON.stringify({ status: Action, id, Type: 'container', Action, Actor: { ID: id, Attributes }, time: 1 });

async function read(...chunks: readonly string[]): Promise<ContainerEvent[]> {
  const answer: HttpAnswer = {
    status: 200,
    header: () => null,
    text: () => Promise.resolve(''),
    chunks: async function* () {
      for (const chunk of chunks) yield await Promise.resolve(new TextEncoder().encode(chunk));
    },
  };
  const all: ContainerEvent[] = [];
  for await (const one of readEvents(answer)) all.push(one);
  return all;
}

it('asks for the making and starting of containers with an allocation alone', () => {
  const filters: unknown = JSON.parse(new URL(eventsPath, 'http://e').searchParams.get('filters') ?? '');
  expect(filters).toEqual({
    type: ['container'],
    event: ['create', 'start'],
    label: ['com.hashicorp.nomad.alloc_id'],
  });
});

it('reads events however they are cut and whatever stands between them', async () => {
  const text = `${event('create')}\n${event('start')}${event('start')}\r\n`;
  for (const size of [1, 7, 64, text.length]) {
    const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
      text.slice(i * size, (i + 1) * size),
    );
    expect((await read(...chunks)).map(({ kind }) => kind)).toEqual(['created', 'started', 'started']);
  }
  expect((await read(text))[0]).toEqual({ kind: 'created', id, allocation: 'ours' });
});

it('passes by what is no container of an allocation, and stops at what is no event', async () => {
  expect(await read(event('start', { name: 'photos' }), event('die'), event('start'))).toHaveLength(1);
  await expect(read('{"Action":}')).rejects.toThrow();
});

it('is not misled by braces and quotes within a text', () => {
  const tricky = JSON.stringify({ image: '}{"\\', nested: { a: '"' } });
  expect(splitObjects(`${tricky}${tricky.slice(0, 9)}`)).toEqual([[tricky], tricky.slice(0, 9)]);
});
