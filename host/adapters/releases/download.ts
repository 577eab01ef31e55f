import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Progress } from '../../../contract/node-state.ts';
import { fail } from '../../../contract/problems.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Fetch, HttpAnswer } from '../../core/ports/world.ts';
import { fitting, whereFull } from './disk.ts';
import { Pace } from './pace.ts';
import { chunksOf, headMs, unreachable } from './site.ts';

/** Silence after which a download counts as broken off, ms. */
const silenceMs = 30_000;

/** Nothing that we download is larger, bytes. */
const largestBytes = 2 ** 30;

/** What a download is made with. */
export interface DownloadParts {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly path: string;
  /** Where the file grows; beside it lies what it is a part of. */
  readonly file: string;
  /** By the site's word, bytes; null: it does not say. */
  readonly bytes: number | null;
  readonly report: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

const noteSchema = z.object({ path: z.string(), validator: z.string() });

/**
 * Downloads a file (true: a part of it was there before), going on where an earlier try broke off unless the file has changed since.
 * Problems: releases-unreachable, release-truncated, release-garbled, release-missing, disk-full.
 */
export async function download(parts: DownloadParts): Promise<boolean> {
  const { file } = parts;
  await fitting(() => mkdir(dirname(file), { recursive: true, mode: 0o700 }), file);
  const have = await resumable(parts);
  if (have !== null && parts.bytes !== null && have.bytes === parts.bytes) return true;
  const stop = new AbortController();
  const signal = AbortSignal.any([parts.signal, stop.signal]);
  const headers = have === null ? {} : { range: `bytes=${have.bytes}-`, 'if-range': have.validator };
  const answer = await parts
    .fetch({ path: parts.path, headers, timeoutMs: headMs, signal })
    .catch((error: unknown) => unreachable(error, parts.path));
  try {
    const from = await beginning(parts, answer, have?.bytes ?? 0);
    await receive(parts, answer, from, stop);
    return from > 0;
  } finally {
    stop.abort();
  }
}

/** Forgets what was downloaded. */
export async function discard(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(noteOf(file), { force: true });
}

/** SHA-256 of a file, in hex. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const noteOf = (file: string): string => `${file}.json`;

/** What is there of this very file and by what the site will know whether it has changed. */
async function resumable({
  file,
  path,
}: DownloadParts): Promise<{ bytes: number; validator: string } | null> {
  try {
    const note = noteSchema.parse(JSON.parse(await readFile(noteOf(file), 'utf8')));
    const { size } = await stat(file);
    if (note.path === path && size > 0) return { bytes: size, validator: note.validator };
  } catch {
    // Nothing, or nothing that can be gone on with.
  }
  await discard(file);
  return null;
}

/** From which byte on the answer is; a whole one begins anew. */
async function beginning(parts: DownloadParts, answer: HttpAnswer, have: number): Promise<number> {
  const { file, path } = parts;
  if (answer.status === 206) {
    const [, first] = /^bytes (\d+)-/.exec(answer.header('content-range') ?? '') ?? [];
    if (Number(first) === have && have > 0) return have;
    await discard(file);
    return fail('release-garbled', `${path}: another part than was asked for`);
  }
  if (answer.status === 416) {
    await discard(file);
    return fail('release-truncated', `${path}: ${have} bytes are more than there are`);
  }
  if (answer.status === 404 || answer.status === 410) return fail('release-missing', path);
  if (answer.status !== 200) return fail('releases-unreachable', `${path}: ${answer.status}`);
  await discard(file);
  const validator = validatorOf(answer);
  if (validator !== null)
    await fitting(() => writeFile(noteOf(file), JSON.stringify({ path, validator }), { mode: 0o600 }), file);
  return 0;
}

/** A weak tag says only that two files are much the same. */
function validatorOf(answer: HttpAnswer): string | null {
  const tag = answer.header('etag');
  return tag !== null && !tag.startsWith('W/') ? tag : answer.header('last-modified');
}

async function receive(
  parts: DownloadParts,
  answer: HttpAnswer,
  from: number,
  stop: AbortController,
): Promise<void> {
  const { clock, file, path, report, signal } = parts;
  const rest = lengthOf(answer);
  const total = rest === null ? parts.bytes : from + rest;
  const pace = new Pace(clock, from, total, report);
  const handle = await fitting(() => open(file, from === 0 ? 'w' : 'a', 0o600), file);
  let done = from;
  let silent = false;
  const watch = (): (() => void) =>
    clock.after(silenceMs, () => {
      silent = true;
      stop.abort();
    });
  let cancel = watch();
  try {
    for await (const chunk of chunksOf(answer, path)) {
      cancel();
      cancel = watch();
      done += chunk.byteLength;
      if (done > (total ?? largestBytes)) fail('release-garbled', `${path} is larger than the site said`);
      await writeAll(handle, chunk, file);
      pace.at(done);
    }
    await fitting(() => handle.sync(), file);
  } finally {
    cancel();
    await handle.close();
  }
  if (silent) fail('releases-unreachable', `${path}: nothing came for ${silenceMs / 1000} s`);
  if (signal.aborted) fail('releases-unreachable', `${path}: broken off`);
  if (total !== null && done < total) fail('release-truncated', `${path}: ${done} of ${total} bytes`);
}

function lengthOf(answer: HttpAnswer): number | null {
  const text = answer.header('content-length');
  const length = Number(text ?? '');
  return text !== null && Number.isSafeInteger(length) && length >= 0 ? length : null;
}

async function writeAll(handle: FileHandle, chunk: Uint8Array, file: string): Promise<void> {
  try {
    for (let at = 0; at < chunk.byteLength;)
      at += (await handle.write(chunk, at, chunk.byteLength - at)).bytesWritten;
  } catch (error) {
    whereFull(error, file);
  }
}
