import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Problem } from '../contract/problems.ts';

/** Longest link taken, in characters: one with an auth key has about 2,000. */
export const linkMaxLength = 20_000;

/** Largest invite file taken, in bytes: one with certificates has about 8,000. */
export const fileMaxBytes = 200_000;

/** The place in the page that shows an invite, or why there is none. */
export type Opened = { readonly hash: string } | { readonly problem: Problem };

const malformed = (detail: string): Opened => ({
  problem: { code: 'invite-malformed', remedy: 'new-invite', detail },
});
const tooLarge = (detail: string): Opened => ({
  problem: { code: 'invite-too-large', remedy: 'new-invite', detail },
});

/** Where a `rigshare:` link leads. What it holds is read by the host alone. */
export function openLink(link: string): Opened {
  if (link.length > linkMaxLength) return tooLarge(`${link.length} characters`);
  if (!/^rigshare:\/\/join#/i.test(link))
    return { problem: { code: 'invite-hostile', remedy: 'ask-operator', detail: 'not a join link' } };
  // The scheme and its host are written in small letters whatever the browser made of them.
  const text = link.replace(/^rigshare:\/\/join#/i, 'rigshare://join#');
  return { hash: `#/join/${encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?'))}` };
}

/** Where an invite file leads. Never more of it is read than an invite can have. */
export async function openFile(file: string): Promise<Opened> {
  try {
    const text = await readStart(file, fileMaxBytes + 1);
    if (text.length > fileMaxBytes) return tooLarge(`more than ${fileMaxBytes} bytes`);
    return { hash: `#/join-file/${encodeURIComponent(text.toString('utf8'))}` };
  } catch (error) {
    return malformed(error instanceof Error ? error.message : String(error));
  }
}

/** At most `bytes` of an ordinary file. Opened without waiting: a pipe would keep the app until somebody writes to it. */
async function readStart(file: string, bytes: number): Promise<Buffer> {
  // Windows knows neither such pipes nor the flag.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new Error(`${file} is no file`);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(bytes, stat.size)), 0, null, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
