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
  const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
  const behave: FakeNomad['behave'] = async ({ dies = '', helper = false, version = '2.0.5' }) => {
    await put('dies', dies);
    await put('version', version);
    if (helper) await put('helper', '');
  };
  await behave({});
  await put('answers.json', '{}');
  await put('asked.log', '');
  await put('serve.cjs', server(folder));
  await put('logmon', 'sleep 60; true');
  await put('nomad', shell(folder));
  await chmod(path, 0o755);
  return {
    path,
    behave,
    answer: (rows) => put('answers.json', JSON.stringify(rows)),
    asked: async () =>
      (await readFile(join(folder, 'asked.log'), 'utf8'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { what: string; token: string; body: string }),
  };
}

/** The quick part is a shell's; as an agent it becomes the program that serves. */
const shell = (folder: string): string => `#!/bin/sh
case "$1" in
version) printf x >>'${folder}/versions'; printf 'Nomad v%s\\nBuildDate 2026-08-12\\n' "$(cat '${folder}/version')";;
config) if grep -q '"node_pool": "all"' "$3"; then
    echo 'WARNING: mTLS is not configured - Nomad is not secure without mTLS!' >&2
    echo 'Invalid node pool: node is not allowed to register in node pool "all"' >&2
    exit 1
  fi
  echo 'Configuration is valid!';;
agent) if [ -s '${folder}/dies' ]; then cat '${folder}/dies' >&2; exit 1; fi
  exec '${process.execPath}' '${folder}/serve.cjs' "$@";;
esac
`;

const server = (folder: string): string => `
const fs = require('node:fs');
const { join } = require('node:path');
const here = (name) => join(${JSON.stringify(folder)}, name);
const config = JSON.parse(fs.readFileSync(process.argv[4], 'utf8'));
const { state_dir: state, alloc_dir: work } = config.client;
fs.mkdirSync(work, { recursive: true });
fs.writeFileSync(here('engine'), process.env.DOCKER_HOST ?? '');
fs.writeFileSync(here('temporary'), process.env.TMPDIR ?? '');
if (!fs.existsSync(join(state, 'client-id'))) {
  fs.writeFileSync(join(state, 'client-id'), '11111111-1111-1111-1111-111111111111');
  fs.writeFileSync(join(state, 'secret-id'), '22222222-2222-2222-2222-222222222222');
}
if (fs.existsSync(here('helper'))) {
  const output = fs.openSync(join(work, 'helper.fifo'), 'w');
  const { spawn } = require('node:child_process');
  spawn('/bin/sh', ['logmon'], { cwd: here('.'), detached: true, stdio: ['ignore', output, output] }).unref();
}
console.log('==> Nomad agent started!');
const server = require('node:http').createServer((request, response) => {
  let body = '';
  request.on('data', (part) => (body += part)).on('end', () => {
    const what = request.method + ' ' + request.url.split('?')[0];
    const token = request.headers['x-nomad-token'] ?? '';
    const healthy = what.endsWith('/health');
    if (!healthy) fs.appendFileSync(here('asked.log'), JSON.stringify({ what, token, body }) + '\\n');
    const row = JSON.parse(fs.readFileSync(here('answers.json'), 'utf8'))[what];
    const [status, answer] = row ?? [healthy ? 200 : 404, 'not found'];
    response.statusCode = status;
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
});
server.on('error', (error) => {
  console.error('listen tcp 127.0.0.1: bind: ' + (error.code === 'EADDRINUSE' ? 'address already in use' : error.code));
  process.exit(1);
});
server.listen(config.ports.http, '127.0.0.1');
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
