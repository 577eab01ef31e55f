import { defineConfig } from 'vitest/config';

/** Against real programs, in network namespaces of their own: one file after the other. */
export default defineConfig({
  test: {
    name: 'real',
    include: ['e2e/real/**/*.test.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 600_000,
  },
});
