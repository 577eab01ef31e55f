import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** One measurement with a real pool: it takes what it needs from the real suite. */
export default defineConfig({
  test: {
    name: 'pause',
    root: fileURLToPath(new URL('../../..', import.meta.url)),
    include: ['scripts/bench/pause/*.measure.ts'],
    environment: 'node',
    testTimeout: 900_000,
    hookTimeout: 600_000,
  },
});
