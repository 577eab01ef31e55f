import type { LogChunk } from '../../contract/logs.ts';

/** The most that is kept of a log on the page, in characters. */
export const keptCharacters = 400_000;

/** A log as it is shown: the text, and who wrote last. */
export interface LogText {
  readonly text: string;
  readonly task: string | null;
}

/** Nothing read yet. */
export const noLog: LogText = { text: '', task: null };

/** Adds a piece; where another part of the job goes on, or something was left out, a line says so. */
export function withChunk(
  { text, task }: LogText,
  chunk: LogChunk,
  left: (bytes: number) => string,
): LogText {
  const turn = task !== null && task !== chunk.task ? `${startOfLine(text)}[${chunk.task}]\n` : '';
  const gap = chunk.skipped > 0 ? `${startOfLine(text + turn)}… ${left(chunk.skipped)}\n` : '';
  const all = text + turn + gap + readable(chunk.text);
  return {
    text: all.length > keptCharacters ? all.slice(all.length - keptCharacters) : all,
    task: chunk.task,
  };
}

const startOfLine = (text: string): string => (text === '' || text.endsWith('\n') ? '' : '\n');

/** Without what only a terminal understands: colours, moves of its cursor, and lines written over. */
function readable(text: string): string {
  return text.replaceAll(escapes, '').split('\n').map(lastState).join('\n').replaceAll(invisible, '');
}

const escapes = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)/g;
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** What stands in a line after it was written over. */
function lastState(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end--;
  return line.slice(line.lastIndexOf('\r', end - 1) + 1, end);
}
