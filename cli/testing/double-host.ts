import { homedir } from 'node:os';
import type { Commands } from '../../host/core/commands.ts';
import { placesFor } from '../../contract/places.ts';
import { ProblemError, problem } from '../../contract/problems.ts';
import { readHostOptions } from '../../host/options.ts';
import { commandsDouble, newState, sharingState } from '../../host/procedures/testing/commands-double.ts';
import { claimHost, serveHost } from '../../host/server.ts';

// A host as a program of its own, with the double behind its server: what the command line starts in its tests.
const { env, platform } = process;
const read = readHostOptions(process.argv.slice(2));
if (!read.ok) throw new Error(read.wrong);
if (env['DOUBLE_FAILS'] === 'problem') {
  process.stderr.write(`${JSON.stringify({ problem: problem('disk-full', '/home') })}\n`);
  process.exit(1);
}
if (env['DOUBLE_FAILS'] === 'words') throw new Error('no such luck');

const places = placesFor({ platform, env, userHome: homedir(), home: read.options.home });
const claim = await claimHost(places).catch((error: unknown) => {
  process.stderr.write(
    `${JSON.stringify({ problem: error instanceof ProblemError ? error.problem : null })}\n`,
  );
  process.exit(1);
});
const double = commandsDouble(read.options.demo ? { ...sharingState, demo: true } : newState);
const commands: Commands = {
  ...double,
  async join(invite, choices) {
    const revision = await double.join(invite, choices);
    const { pool, gpus } = sharingState;
    setTimeout(
      () => double.set({ node: { kind: 'joining', step: 'ready', progress: null, signInUrl: null } }),
      30,
    );
    setTimeout(() => double.set({ pool, gpus, node: sharingState.node }), 60);
    return revision;
  },
  async stop(sharing) {
    if (sharing === 'stop') setTimeout(() => void end(), 20);
    return double.stop(sharing);
  },
};
const page = read.options.pagePort === null ? null : { port: read.options.pagePort, root: places.cache };
const server = await serveHost({ commands, socketPath: places.socket, page, reportFault: () => undefined });
if (server.pageAddress !== null) process.stdout.write(`${server.pageAddress}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());

async function end(): Promise<void> {
  await server.close();
  await claim.release();
  process.exit(0);
}
