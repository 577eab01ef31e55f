import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Against real programs, in network namespaces of their own: one file after the other. */
export default defineConfig({
  test: {
    name: 'real',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['e2e/real/**/*.test.ts', 'e2e/conformance/*.real.test.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
