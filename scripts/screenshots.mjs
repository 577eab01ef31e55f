#!/usr/bin/env node
// Takes the pictures of README.md anew, of the real program in the demo pool. About four minutes.
//   npm run screenshots
import path from 'node:path';
import { build } from './build.mjs';
import { main, root, Stop } from './parts/checkout.mjs';
import { openDisplay } from './parts/display.mjs';
import { runNode } from './parts/test-parts.mjs';
import { setUp } from './setup.mjs';

await main(async () => {
  await setUp({ display: true });
  build();
  const display = await openDisplay();
  const args = ['test', '--config', path.join(root, 'e2e/screenshots/playwright.config.ts')];
  const { ok } = await runNode([path.join(root, 'node_modules/@playwright/test/cli.js'), ...args], {
    env: { ...process.env, ...display.env },
    limitMs: 10 * 60_000,
    live: true,
  });
  display.close();
  if (!ok) throw new Stop('The pictures could not be taken.');
});
