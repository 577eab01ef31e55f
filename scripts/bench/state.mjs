// What a host says of itself, asked through the command line.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from '../parts/checkout.mjs';
import { sleep } from './apps.mjs';

/** The command line's answer as JSON; undefined while no host answers. */
export function ask(home, ...args) {
  return new Promise((done) => {
    const child = spawn(
      process.execPath,
      [path.join(root, 'out/cli/main.js'), ...args, '--json', '--home', home],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.on('exit', (code) => done(code === 0 ? JSON.parse(text) : undefined));
  });
}

/** Waits until the app shares in its pool, at most `withinMs`. */
export async function untilSharing({ home, name }, withinMs = 120_000) {
  const until = Date.now() + withinMs;
  let kind;
  while (Date.now() < until) {
    kind = (await ask(home, 'status'))?.node.kind;
    if (kind === 'sharing') return;
    await sleep(1000);
  }
  throw new Error(`${name} does not share after ${withinMs / 1000} s: it is ${kind ?? 'not answering'}`);
}
