import { z } from 'zod';
import { fail } from '../../../contract/problems.ts';
import type { ReleasedProgram } from '../../core/ports/releases.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { type Fetch, type HttpAnswer, Unreachable } from '../../core/ports/world.ts';
import { olderThan } from '../../core/version.ts';
import type { PublisherKey } from './publisher.ts';
import { keyIds, verifySignature } from './signature.ts';
import {
  indexSchema,
  isFileName,
  type PublishedVersion,
  type Target,
  versionSchema,
  zipFor,
} from './wire.ts';

/** What the head of an answer may take, ms. */
export const headMs = 20_000;

/** The index of all versions is some megabytes; everything else is small. */
const indexBytes = 32 * 2 ** 20;
const smallBytes = 2 ** 20;

/** What the site is read with. */
export interface SiteParts {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly target: Target;
  /** Whose signature is believed. */
  readonly key: () => Promise<PublisherKey>;
}

/** The publisher's releases site, read and never believed: what is used of it is verified by who calls. */
export class Site {
  readonly #parts: SiteParts;

  constructor(parts: SiteParts) {
    this.#parts = parts;
  }

  /** Published versions with a build for this machine, oldest first. */
  async versions(program: ReleasedProgram, signal: AbortSignal): Promise<readonly string[]> {
    const { versions } = await this.#json(`/${program}/index.json`, indexSchema, indexBytes, signal);
    return Object.values(versions)
      .filter((one) => /^\d+\.\d+\.\d+$/.test(one.version) && zipFor(one, this.#parts.target) !== null)
      .map(({ version }) => version)
      .sort((a, b) => (olderThan(a, b) ? -1 : olderThan(b, a) ? 1 : 0));
  }

  /** One version. Problems: release-missing where it is not published. */
  async version(program: ReleasedProgram, version: string, signal: AbortSignal): Promise<PublishedVersion> {
    const path = `/${program}/${version}/index.json`;
    const found = await this.#json(path, versionSchema, smallBytes, signal);
    return found.version === version ? found : fail('release-garbled', `${path} tells of ${found.version}`);
  }

  /** Where the zip for this machine is. Problems: release-no-build; release-garbled where it is another version's, for the signed list may be as well. */
  zipPath(program: ReleasedProgram, of: PublishedVersion): { readonly path: string; readonly name: string } {
    const { os, arch } = this.#parts.target;
    const name =
      zipFor(of, this.#parts.target) ??
      fail('release-no-build', `${program} ${of.version} for ${os} ${arch}`);
    if (name !== `${program}_${of.version}_${os}_${arch}.zip`)
      fail('release-garbled', `${of.version} is ${name}`);
    return { path: `/${program}/${of.version}/${name}`, name };
  }

  /** The checksums of a version, its signature verified with the pinned key. */
  async sums(program: ReleasedProgram, of: PublishedVersion, signal: AbortSignal): Promise<string> {
    const { key, clock } = this.#parts;
    const under = `/${program}/${of.version}`;
    const sums = of.shasums ?? `${program}_${of.version}_SHA256SUMS`;
    const named = await this.#signatureName(of, sums);
    if (![sums, named].every(isFileName)) fail('release-garbled', `${sums}, ${named}`);
    const signature = await this.#bytes(`${under}/${named}`, smallBytes, signal);
    const text = await this.#bytes(`${under}/${sums}`, smallBytes, signal);
    await verifySignature({ text, signature }, await key(), clock.now());
    return new TextDecoder().decode(text);
  }

  /** How large a file is; null where the site does not say. */
  async size(path: string, limitMs: number, signal: AbortSignal): Promise<number | null> {
    const answer = await this.#ask({ method: 'HEAD', path, timeoutMs: limitMs, signal });
    await answer.text();
    const length = Number(answer.header('content-length') ?? '');
    return Number.isSafeInteger(length) && length > 0 ? length : null;
  }

  /** The signature by a key that we know, if one is there; else the general one, whoever made it. */
  async #signatureName(of: PublishedVersion, sums: string): Promise<string> {
    const known = await keyIds(await this.#parts.key());
    const all = of.shasums_signatures ?? [];
    const ours = all.find((name) => known.has((/\.([0-9A-F]+)\.sig$/i.exec(name)?.[1] ?? '').toUpperCase()));
    return ours ?? of.shasums_signature ?? all[0] ?? `${sums}.sig`;
  }

  async #json<T>(path: string, schema: z.ZodType<T>, maxBytes: number, signal: AbortSignal): Promise<T> {
    const text = new TextDecoder().decode(await this.#bytes(path, maxBytes, signal));
    try {
      return schema.parse(JSON.parse(text));
    } catch (error) {
      return fail(
        'release-garbled',
        `${path}: ${error instanceof z.ZodError ? z.prettifyError(error) : 'no JSON'}`,
      );
    }
  }

  /** A whole small file. The time limit is for the head, and again for the body. */
  async #bytes(path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    const body = new AbortController();
    const cancel = this.#parts.clock.after(3 * headMs, () => body.abort());
    try {
      const answer = await this.#ask({
        path,
        timeoutMs: headMs,
        signal: AbortSignal.any([signal, body.signal]),
      });
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of chunksOf(answer, path)) {
        bytes += chunk.byteLength;
        if (bytes > maxBytes) {
          body.abort();
          fail('release-garbled', `${path} is larger than ${maxBytes} bytes`);
        }
        chunks.push(chunk);
      }
      if (signal.aborted || body.signal.aborted) fail('releases-unreachable', `${path}: no answer in time`);
      return Buffer.concat(chunks);
    } finally {
      cancel();
    }
  }

  async #ask(request: Parameters<Fetch>[0]): Promise<HttpAnswer> {
    const answer = await this.#parts
      .fetch(request)
      .catch((error: unknown) => unreachable(error, request.path));
    if (answer.status === 200) return answer;
    await answer.text().catch(() => '');
    if (answer.status === 404 || answer.status === 410) return fail('release-missing', request.path);
    return fail('releases-unreachable', `${request.path}: ${answer.status}`);
  }
}

/** Chunks, with the one problem that there can be with them. */
export async function* chunksOf(answer: HttpAnswer, path: string): AsyncIterable<Uint8Array> {
  try {
    yield* answer.chunks();
  } catch (error) {
    unreachable(error, path);
  }
}

/** What kept us from the site, as a problem. */
export function unreachable(error: unknown, path: string): never {
  if (!(error instanceof Unreachable)) throw error;
  return fail('releases-unreachable', `${path}: ${error.message}`);
}
