import { defineConfig, type RolldownOptions } from 'rolldown';

const shared = {
  platform: 'node',
  // libsql loads its native part by a computed name, so it stays a package beside the bundle.
  external: ['electron', /^electron\//, 'libsql', /^node:/],
  transform: { target: 'node20.18' },
} satisfies RolldownOptions;

const bundle = (input: string, dir: string, banner = ''): RolldownOptions => ({
  ...shared,
  input: { main: input },
  output: { dir, format: 'esm', sourcemap: true, banner, chunkFileNames: '[name]-[hash].js' },
});

/** The host, the command line and the shell; and what runs as root: one file that needs no other. */
const bundles: RolldownOptions[] = [
  bundle('host/main.ts', 'out/host'),
  bundle('cli/main.ts', 'out/cli', '#!/usr/bin/env node'),
  bundle('electron/main.ts', 'out/electron'),
  {
    ...shared,
    input: { privileged: 'host/adapters/privilege/program.ts' },
    output: { file: 'out/host/privileged.js', format: 'esm', codeSplitting: false },
  },
];

export default defineConfig(bundles);
