import { closeSync, openSync, readSync } from 'node:fs';
import { zipOf } from './zip.ts';

/** How large a played program is, bytes: something to wait for, and nothing beside a real one. */
const programBytes = 1_500_000;

/** A program that the demo plays: what its file says. */
export interface PlayedProgram {
  readonly version: string;
  /** Whether it becomes ready, once started. */
  readonly works: boolean;
}

/** The zip of a played program, as its publisher packs it. */
export function playedZip(name: string, { version, works }: PlayedProgram): Uint8Array {
  const line = `rigshare demo ${name} ${version}${works ? '' : ' broken'}\n`;
  return zipOf([
    { name, data: Buffer.concat([Buffer.from(line), noise(programBytes)]) },
    { name: 'LICENSE.txt', data: Buffer.from('Nothing of this is a real program.\n'), mode: 0o100644 },
  ]);
}

/** What a file on the real disk plays; null: it is not there, or is no played program. */
export function playedAt(path: string): PlayedProgram | null {
  const head = headOf(path);
  const [, version, broken] = /^rigshare demo \S+ (\d+\.\d+\.\d+)( broken)?\n/.exec(head) ?? [];
  return version === undefined ? null : { version, works: broken === undefined };
}

function headOf(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(100);
      return head.toString('latin1', 0, readSync(file, head, 0, head.byteLength, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

/** Bytes that do not pack, the same each time. */
function noise(bytes: number): Buffer {
  const all = Buffer.alloc(bytes);
  let state = 1;
  for (let at = 0; at < bytes; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    all[at] = state >>> 24;
  }
  return all;
}
