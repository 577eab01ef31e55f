import { defineConfig } from '@playwright/test';

/** The pictures of README.md, of the real program in the demo pool: `npm run screenshots`. Kept in the repository. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  workers: 1,
  timeout: 400_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
});
