import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const pageSetup = 'renderer/test-setup.ts';
const elsewhere = ['**/node_modules/**', 'out/**', 'release/**', '.cache/**'];
/** Run by Playwright, or against real programs. */
const others = ['e2e/{page,specs,real}/**', '**/*.real.test.ts'];

/** Unit and conformance tests: beside their files, without network, in parallel. */
export default defineConfig({
  test: {
    // A busy machine is no failure.
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...elsewhere, ...others, 'renderer/**'],
          environment: 'node',
        },
      },
      {
        extends: true,
        test: {
          name: 'page',
          include: ['renderer/**/*.test.{ts,tsx}'],
          exclude: elsewhere,
          environment: 'jsdom',
          setupFiles: existsSync(pageSetup) ? [pageSetup] : [],
        },
      },
    ],
  },
});
