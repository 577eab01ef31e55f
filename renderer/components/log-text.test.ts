import { expect, it } from 'vitest';
import type { LogChunk } from '../../contract/logs.ts';
import { keptCharacters, noLog, withChunk } from './log-text.ts';

const chunk = (text: string, over: Partial<LogChunk> = {}): LogChunk => ({
  task: 'main',
  text,
  at: 0,
  skipped: 0,
  ...over,
});
const shown = (...chunks: readonly LogChunk[]): string =>
  chunks.reduce((log, one) => withChunk(log, one, (bytes) => `${bytes} left out`), noLog).text;

it('is what was written, piece after piece', () => {
  expect(shown(chunk('one\ntw'), chunk('o\n'))).toBe('one\ntwo\n');
});

it('says when another part of the job goes on, and what was left out, on lines of their own', () => {
  expect(shown(chunk('a'), chunk('b\n', { task: 'side' }), chunk('c\n'))).toBe('a\n[side]\nb\n[main]\nc\n');
  expect(shown(chunk('a'), chunk('z\n', { skipped: 7 }))).toBe('a\n… 7 left out\nz\n');
});

it('shows no colours, no moves of a cursor, and of a line written over its last state', () => {
  expect(shown(chunk('\u001b[1;32mgreen\u001b[0m\u001b]0;title\u0007 text\u202e\n'))).toBe('green text\n');
  expect(shown(chunk('10%\r50%\r100%\nnext\r\n'))).toBe('100%\nnext\n');
});

it('keeps the newest where there is too much', () => {
  const text = shown(chunk('x'.repeat(keptCharacters)), chunk('end'));
  expect(text.length).toBe(keptCharacters);
  expect(text.endsWith('xend')).toBe(true);
});
