import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
);

/** The built page in a real Chromium, before the host's real server with scripted states. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/page',
  workers: 1,
  timeout: 60_000,
  reporter: 'list',
  use: {
    trace: 'off',
    launchOptions: { ...(installed && { executablePath: installed }), args: ['--no-sandbox'] },
  },
});
