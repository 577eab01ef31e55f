#!/usr/bin/env node
// Draws assets/icons anew after scripts/icons/drawing.mjs changed (needs a Chromium; the pictures are kept in the repository).
//   node scripts/icons.mjs
// app/NxN.png, app/icon.ico, app/icon.icns: the app. tray/STATE-PANEL[-demo][@2x].png: 22 and 44 px, PANEL is the colour of the panel they lie on.
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { appIcon, stateNames, trayIcon } from './icons/drawing.mjs';
import { icns, ico } from './icons/containers.mjs';
import { main, root, Stop } from './parts/checkout.mjs';
import { findChromium } from './parts/system-packages.mjs';

const folder = path.join(root, 'assets/icons');
const appSizes = [16, 32, 48, 64, 128, 256, 512];

/** A PNG of an SVG at `size` × `size` pixels. */
async function picture(page, svg, size) {
  await page.setViewportSize({ width: size, height: size });
  const style = 'html,body{margin:0;background:transparent}svg{display:block;width:100vw;height:100vh}';
  await page.setContent(`<style>${style}</style>${svg}`);
  return page.screenshot({ omitBackground: true });
}

function write(name, bytes) {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), bytes);
}

async function drawApp(page) {
  const pictures = new Map();
  for (const size of appSizes) {
    const png = await picture(page, appIcon(), size);
    pictures.set(size, png);
    write(`app/${size}x${size}.png`, png);
  }
  write('app/icon.ico', ico(pictures));
  write('app/icon.icns', icns(pictures));
  write('app/icon.svg', `${appIcon()}\n`);
}

async function drawTray(page) {
  for (const state of stateNames) {
    for (const panel of ['light', 'dark']) {
      for (const demo of [false, true]) {
        const name = `tray/${state}-${panel}${demo ? '-demo' : ''}`;
        write(`${name}.png`, await picture(page, trayIcon(state, panel, demo), 22));
        write(`${name}@2x.png`, await picture(page, trayIcon(state, panel, demo), 44));
      }
    }
  }
}

await main(async () => {
  const executablePath = findChromium();
  if (!executablePath)
    throw new Stop('Drawing icons needs a Chromium: install one, or name it in RIGSHARE_CHROMIUM.');
  const browser = await chromium.launch({ executablePath });
  try {
    const page = await browser.newPage();
    await drawApp(page);
    await drawTray(page);
  } finally {
    await browser.close();
  }
});
