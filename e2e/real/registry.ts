import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { busyboxArchive } from './docker.ts';

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

/** A blob by its digest, sent as fast as said. */
interface Blob {
  readonly body: Buffer;
  readonly bytesPerSecond: number | null;
}

/** A registry on this machine's loopback, where an engine asks without encryption: images come from nowhere else. */
export class Registry {
  /** "127.0.0.1:port", the beginning of its images' names. */
  readonly host: string;
  readonly #server: Server;
  readonly #blobs: Map<string, Blob>;
  readonly #manifests: Map<string, Buffer>;

  private constructor(server: Server, blobs: Map<string, Blob>, manifests: Map<string, Buffer>) {
    this.#server = server;
    this.#blobs = blobs;
    this.#manifests = manifests;
    const address = server.address();
    this.host = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  /** Opens one without images. */
  static async open(): Promise<Registry> {
    const [blobs, manifests] = [new Map<string, Blob>(), new Map<string, Buffer>()];
    const server = createServer((request, response) => void answer(request, response, blobs, manifests));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Registry(server, blobs, manifests);
  }

  /**
   * Puts a small system under "name:tag"; each is another image. `padding`: a second layer of that many bytes, sent at
   * `bytesPerSecond`. Answers the whole name.
   */
  async put(name: string, tag: string, padding = 0, bytesPerSecond: number | null = null): Promise<string> {
    const layers = [{ tar: await busyboxArchive(), bytesPerSecond: null as number | null }];
    if (padding > 0) layers.push({ tar: tarOf('padding', noise(padding)), bytesPerSecond });
    const packed = layers.map(({ tar, bytesPerSecond: pace }) => ({ tar, body: gzipSync(tar), pace }));
    for (const { body, pace } of packed) this.#blobs.set(digest(body), { body, bytesPerSecond: pace });
    const config = Buffer.from(
      JSON.stringify({
        architecture: process.arch === 'x64' ? 'amd64' : process.arch,
        os: 'linux',
        created: new Date().toISOString(),
        author: `${this.host} ${name}:${tag}`,
        // Each container of it gets a volume without a name.
        config: { Cmd: ['/bin/sh'], Volumes: { '/cache': {} } },
        rootfs: { type: 'layers', diff_ids: packed.map(({ tar }) => digest(tar)) },
      }),
    );
    this.#blobs.set(digest(config), { body: config, bytesPerSecond: null });
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: {
          mediaType: 'application/vnd.docker.container.image.v1+json',
          size: config.length,
          digest: digest(config),
        },
        layers: packed.map(({ body }) => ({
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          size: body.length,
          digest: digest(body),
        })),
      }),
    );
    for (const reference of [tag, digest(manifest)]) this.#manifests.set(`${name}/${reference}`, manifest);
    return `${this.host}/${name}:${tag}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  blobs: ReadonlyMap<string, Blob>,
  manifests: ReadonlyMap<string, Buffer>,
): Promise<void> {
  const path = request.url ?? '';
  const manifest = /^\/v2\/(.+)\/manifests\/(.+)$/.exec(path);
  const blob = /^\/v2\/.+\/blobs\/(sha256:[0-9a-f]{64})$/.exec(path);
  const found = manifest
    ? { body: manifests.get(`${manifest[1]}/${manifest[2]}`), bytesPerSecond: null }
    : (blobs.get(blob?.[1] ?? '') ?? null);
  if (path === '/v2/') return void response.writeHead(200).end('{}');
  if (found?.body === undefined) return void response.writeHead(404).end('{"errors":[]}');
  response.writeHead(200, {
    'Content-Type': manifest ? manifestType : 'application/octet-stream',
    'Content-Length': found.body.length,
    'Docker-Content-Digest': digest(found.body),
  });
  if (request.method === 'HEAD') return void response.end();
  if (found.bytesPerSecond === null) return void response.end(found.body);
  const step = Math.ceil(found.bytesPerSecond / 10);
  for (let at = 0; at < found.body.length && !response.destroyed; at += step) {
    response.write(found.body.subarray(at, at + step));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  response.end();
}

const digest = (body: Buffer): string => `sha256:${createHash('sha256').update(body).digest('hex')}`;

/** Bytes that do not shrink when they are packed. */
function noise(length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(String(i)).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

/** An archive of one file. */
function tarOf(name: string, body: Buffer): Buffer {
  const head = Buffer.alloc(512);
  head.write(name, 0);
  head.write('0000644\0', 100);
  head.write('0000000\0', 108);
  head.write('0000000\0', 116);
  head.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  head.write('00000000000\0', 136);
  head.write('        ', 148);
  head.write('0', 156);
  head.write('ustar\0', 257);
  head.write('00', 263);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padded = Buffer.alloc(Math.ceil(body.length / 512) * 512);
  body.copy(padded);
  return Buffer.concat([head, padded, Buffer.alloc(1_024)]);
}
