import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import { type Available, nomadProgram, titled } from '../real/availability.ts';
import { dockerAvailable, type DockerEngine, startDocker } from '../real/docker.ts';
import { nomadStatements } from './nomad/index.ts';
import { RealNomad } from './real-nomad.ts';

const program = nomadProgram();
const docker = await dockerAvailable();
const root: Available<true> =
  process.getuid?.() === 0
    ? { ok: true, value: true }
    : { ok: false, why: 'client agents of the tests run as root' };

describe.skipIf(!program.ok || !docker.ok || !root.ok)(titled('a real Nomad', program, docker, root), () => {
  let engine: DockerEngine;
  let pool: RealNomad;

  beforeAll(async () => {
    engine = await startDocker();
    pool = await RealNomad.start(
      program.ok ? program.value : '',
      await mkdtemp(join(tmpdir(), 'rigshare-conformance-')),
      engine,
    );
  });
  afterAll(async () => {
    await pool?.stop();
    await engine?.stop();
  });
  beforeEach(() => pool.reset());

  for (const [about, statements] of Object.entries(nomadStatements)) {
    describe(about, () => {
      for (const { says, check } of statements) it(says, () => check(pool.subject));
    });
  }
});
