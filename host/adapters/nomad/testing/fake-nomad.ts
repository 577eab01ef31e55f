import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log, SecretName, Secrets } from '../../../core/ports/stores.ts';

/** A program in Nomad's place: the same arguments, files and output, and HTTP answers by a table. */
export interface FakeNomad {
  readonly path: string;
  /** "GET /path" (without the query) → status and body; what is not there answers 404. */
  answer(table: Readonly<Record<string, readonly [status: number, body: unknown]>>): Promise<void>;
  /** What the agent was asked: method, path, token and body. */
  asked(): Promise<readonly { readonly what: string; readonly token: string; readonly body: string }[]>;
  /** How it behaves at its next start. */
  behave(how: {
    readonly dies?: string;
    readonly helper?: boolean;
    readonly version?: string;
  }): Promise<void>;
}

/** Puts the program into a folder. */
export async function fakeNomad(folder: string): Promise<FakeNomad> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'nomad');
  const [table, log, behaviour] = ['answers.json', 'asked.log', 'behaviour.json'].map((name) =>
    join(folder, name),
  );
  const put = (file: string | undefined, value: unknown): Promise<void> =>
    writeFile(file ?? '', JSON.stringify(value));
  await put(table, {});
  await put(behaviour, {});
  await writeFile(log ?? '', '');
  await writeFile(path, script(folder));
  await chmod(path, 0o755);
  return {
    path,
    answer: (rows) => put(table, rows),
    asked: async () =>
      (await readFile(log ?? '', 'utf8'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { what: string; token: string; body: string }),
    behave: (how) => put(behaviour, how),
  };
}

const script = (folder: string): string => `#!${process.execPath}
const fs = require('node:fs');
const { join } = require('node:path');
const here = (name) => join(${JSON.stringify(folder)}, name);
const behaviour = JSON.parse(fs.readFileSync(here('behaviour.json'), 'utf8'));
const args = process.argv.slice(2);
if (args[0] === 'version') {
  fs.appendFileSync(here('versions'), 'x');
  console.log('Nomad v' + (behaviour.version ?? '2.0.5') + '\\nBuildDate 2026-08-12');
} else if (args[0] === 'config') {
  const config = JSON.parse(fs.readFileSync(args[2], 'utf8'));
  if (config.client.node_pool === 'all') {
    console.error('WARNING: mTLS is not configured - Nomad is not secure without mTLS!');
    console.error('Invalid node pool: node is not allowed to register in node pool "all"');
    process.exit(1);
  }
  console.log('Configuration is valid!');
} else if (behaviour.dies !== undefined) {
  console.error(behaviour.dies);
  process.exit(1);
} else serve(JSON.parse(fs.readFileSync(args[2], 'utf8')));

function serve(config) {
  const { state_dir: state, alloc_dir: work } = config.client;
  fs.mkdirSync(work, { recursive: true });
  fs.writeFileSync(here('engine'), process.env.DOCKER_HOST ?? '');
  if (!fs.existsSync(join(state, 'client-id'))) {
    fs.writeFileSync(join(state, 'client-id'), '11111111-1111-1111-1111-111111111111');
    fs.writeFileSync(join(state, 'secret-id'), '22222222-2222-2222-2222-222222222222');
  }
  if (behaviour.helper) {
    const output = fs.openSync(join(work, 'helper.fifo'), 'w');
    const { spawn } = require('node:child_process');
    spawn('/bin/sh', ['-c', 'sleep 60; true'], { detached: true, stdio: ['ignore', output, output] }).unref();
  }
  console.log('==> Nomad agent started!');
  require('node:http').createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part)).on('end', () => {
      const what = request.method + ' ' + request.url.split('?')[0];
      const token = request.headers['x-nomad-token'] ?? '';
      if (!what.endsWith('/health')) fs.appendFileSync(here('asked.log'), JSON.stringify({ what, token, body }) + '\\n');
      const [status, answer] = JSON.parse(fs.readFileSync(here('answers.json'), 'utf8'))[what] ?? [what.endsWith('/health') ? 200 : 404, 'not found'];
      response.statusCode = status;
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  }).on('error', (error) => { console.error('Error starting agent: listen: bind: ' + (error.code === 'EADDRINUSE' ? 'address already in use' : error.code)); process.exit(1); })
    .listen(config.ports.http, '127.0.0.1');
}
`;

/** Secrets as plain files of a folder. */
export function plainSecrets(folder: string): Secrets {
  const kept = new Map<SecretName, string>();
  return {
    path: (name) => join(folder, name),
    write: (name, value) => Promise.resolve(void kept.set(name, value)),
    read: (name) => Promise.resolve(kept.get(name) ?? null),
    forget: (name) => Promise.resolve(void kept.delete(name)),
    forgetAll: () => Promise.resolve(kept.clear()),
  };
}

/** A log that keeps only what it was told to hide. */
export function quietLog(): Log & { readonly hidden: readonly string[] } {
  const hidden: string[] = [];
  const nothing = (): void => undefined;
  return {
    hidden,
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    redact: (text) => void hidden.push(text),
  };
}
