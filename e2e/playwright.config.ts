import { defineConfig } from '@playwright/test';

/** The app in real Electron, in the demo pool, with a real panel over D-Bus. Displays cannot be shared: one after the other. */
export default defineConfig({
  testDir: 'specs',
  outputDir: '../test-results',
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: { trace: 'off' },
});
