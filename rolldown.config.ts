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

const oneFile = (input: string, file: string): RolldownOptions => ({
  ...shared,
  input,
  output: { file, format: 'esm', codeSplitting: false },
});

/** The host, the command line and the shell; what starts the host from the shell; and what runs as root: one file that needs no other. */
const bundles: RolldownOptions[] = [
  bundle('host/main.ts', 'out/host'),
  bundle('cli/main.ts', 'out/cli', '#!/usr/bin/env node'),
  bundle('electron/main.ts', 'out/electron'),
  oneFile('electron/host-launcher.ts', 'out/electron/host-launcher.js'),
  oneFile('host/adapters/privilege/program.ts', 'out/host/privileged.js'),
];

export default defineConfig(bundles);
