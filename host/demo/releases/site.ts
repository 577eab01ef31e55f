import type { Clock } from '../../core/ports/clock.ts';
import { Publisher, type PublicHalf, sha256 } from './publisher.ts';

/** One zip of one version. */
export interface Build {
  readonly program: string;
  readonly version: string;
  readonly os: string;
  readonly arch: string;
  readonly zip: Uint8Array;
}

/** How a whole answer travels: in how many pieces, and how long between two of them, ms. */
export interface Travel {
  readonly pieces: number;
  readonly everyMs: number;
}

const atOnce: Travel = { pieces: 1, everyMs: 0 };

/** A releases site as a publisher has it: an index, a list of checksums and its signature for each version, and zips. */
export class ReleasesSite {
  /** The signature does not belong to the list. */
  signatureIsBad = false;
  readonly #clock: Clock;
  #made: Promise<Publisher> | null;
  readonly #travel: Travel;
  readonly #builds: Build[] = [];

  /** `publisher`: who signs; by default one with a key made for this site. */
  constructor(clock: Clock, travel: Travel = atOnce, publisher?: Promise<Publisher>) {
    this.#clock = clock;
    this.#travel = travel;
    this.#made = publisher ?? null;
  }

  /** Made when it is needed, as if a day ago: a clock that is a little behind must not take it for one of tomorrow. */
  get #publisher(): Promise<Publisher> {
    return (this.#made ??= Publisher.create(this.#clock.now() - 86_400_000));
  }

  get publicHalf(): Promise<PublicHalf> {
    return this.#publisher.then((one) => one.publicHalf);
  }

  publish(build: Build): void {
    this.#builds.push(build);
  }

  readonly handle = async (request: Request): Promise<Response> => {
    const [program = '', version = '', file] = new URL(request.url).pathname.slice(1).split('/');
    const publisher = await this.#publisher;
    const ofProgram = this.#builds.filter((b) => b.program === program);
    if (version === 'index.json' && file === undefined && ofProgram.length > 0) {
      const all = [...new Set(ofProgram.map((b) => b.version))];
      const versions = all.map((one) => [one, this.#describe(program, one, publisher)]);
      return Response.json({ name: program, versions: Object.fromEntries(versions) });
    }
    const builds = ofProgram.filter((b) => b.version === version);
    if (builds.length === 0 || file === undefined) return new Response('not found', { status: 404 });
    if (file === 'index.json') return Response.json(this.#describe(program, version, publisher));
    const sums = builds.map((b) => `${sha256(b.zip)}  ${nameOf(b)}\n`).join('');
    const list = `${program}_${version}_SHA256SUMS`;
    if (file === list) return new Response(sums);
    if (file === `${list}.sig` || file === `${list}.${publisher.keyId}.sig`) {
      const signed = this.signatureIsBad ? `${sums}\n` : sums;
      return new Response(Buffer.from(await publisher.sign(signed, this.#clock.now())));
    }
    const build = builds.find((b) => nameOf(b) === file);
    return build === undefined ? new Response('not found', { status: 404 }) : this.#send(build.zip, request);
  };

  #describe(program: string, version: string, { keyId }: Publisher): object {
    const list = `${program}_${version}_SHA256SUMS`;
    return {
      name: program,
      version,
      shasums: list,
      shasums_signature: `${list}.sig`,
      shasums_signatures: [`${list}.${keyId}.sig`, `${list}.sig`],
      builds: this.#builds
        .filter((b) => b.program === program && b.version === version)
        .map((b) => ({ name: program, version, os: b.os, arch: b.arch, filename: nameOf(b) })),
    };
  }

  /** A file or, where it is still the one that the asker began with, the rest of it. */
  #send(data: Uint8Array, request: Request): Response {
    const etag = `"${sha256(data).slice(0, 16)}"`;
    const [, first] = /^bytes=(\d+)-$/.exec(request.headers.get('range') ?? '') ?? [];
    const same = [etag, null].includes(request.headers.get('if-range'));
    const from = first !== undefined && same ? Number(first) : 0;
    if (from >= data.byteLength) return new Response(null, { status: 416 });
    const headers = {
      etag,
      'content-type': 'application/zip',
      'content-length': String(data.byteLength - from),
      ...(from === 0 ? {} : { 'content-range': `bytes ${from}-${data.byteLength - 1}/${data.byteLength}` }),
    };
    if (request.method === 'HEAD') return new Response(null, { headers });
    return new Response(this.#body(data.subarray(from), request.signal), {
      status: from === 0 ? 200 : 206,
      headers,
    });
  }

  #body(data: Uint8Array, signal: AbortSignal): ReadableStream<Uint8Array> {
    const { pieces, everyMs } = this.#travel;
    const size = Math.ceil(data.byteLength / pieces);
    let at = 0;
    return new ReadableStream({
      pull: async (controller) => {
        if (at > 0 && everyMs > 0) await this.#clock.sleep(everyMs, signal);
        controller.enqueue(data.slice(at, at + size));
        at += size;
        if (at >= data.byteLength) controller.close();
      },
    });
  }
}

const nameOf = ({ program, version, os, arch }: Build): string => `${program}_${version}_${os}_${arch}.zip`;
