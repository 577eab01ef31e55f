#!/usr/bin/env node
// Stands in for pkexec: asks the test's root side over a unix socket, whose path lies beside this file, to run the
// command line, and carries standard input, output and the exit code through. Its end is the end of the program's input.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const socket = readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'elevation-socket'), 'utf8').trim();
const root = connect(socket);
root.write(`${JSON.stringify({ argv: process.argv.slice(2), uid: process.getuid?.() })}\n`);
process.stdin.pipe(root);
root.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
for await (const line of createInterface({ input: root })) {
  const { out, err, code } = JSON.parse(line);
  if (out !== undefined) process.stdout.write(Buffer.from(out, 'base64'));
  if (err !== undefined) process.stderr.write(Buffer.from(err, 'base64'));
  if (code !== undefined) process.exit(code);
}
process.exit(127);
