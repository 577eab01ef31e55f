import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const chromium = [
  process.env['RIGSHARE_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((file) => file !== undefined && existsSync(file));

/** The built page in a real Chromium, before the host's real server with scripted states. */
export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/page',
  workers: 1,
  timeout: 60_000,
  reporter: 'list',
  use: {
    trace: 'off',
    launchOptions: { ...(chromium && { executablePath: chromium }), args: ['--no-sandbox'] },
  },
});
