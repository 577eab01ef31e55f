import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Looks at what `npm run package` made. */
export default defineConfig({
  test: {
    name: 'package',
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['*.check.ts'],
    environment: 'node',
    testTimeout: 60_000,
  },
});
