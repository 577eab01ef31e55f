import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../parts/checkout.mjs';
import { icns, ico } from './containers.mjs';
import { stateNames, trayIcon } from './drawing.mjs';

const icon = (name: string): Buffer => readFileSync(join(root, 'assets/icons', name));
const sizeOf = (png: Buffer): string => `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;
const panels = ['light', 'dark'] as const;

/** The drawing without its colours. */
const shape = (svg: string): string => svg.replace(/#[0-9a-f]{3,6}/g, '#');

test('the states differ by shape, not by colour alone', () => {
  expect(new Set(stateNames.map((state) => shape(trayIcon(state, 'light', false)))).size).toBe(
    stateNames.length,
  );
});

test('the demo is marked by shape', () => {
  for (const state of stateNames) {
    expect(shape(trayIcon(state, 'dark', true))).not.toBe(shape(trayIcon(state, 'dark', false)));
  }
});

test.each(stateNames)('%s has a picture for each panel, plain and marked, in both sizes', (state) => {
  for (const panel of panels) {
    for (const mark of ['', '-demo']) {
      expect(sizeOf(icon(`tray/${state}-${panel}${mark}.png`))).toBe('22x22');
      expect(sizeOf(icon(`tray/${state}-${panel}${mark}@2x.png`))).toBe('44x44');
    }
  }
});

test('no two states share a picture', () => {
  const pictures = stateNames.flatMap((state) =>
    panels.map((panel) => icon(`tray/${state}-${panel}.png`).toString('base64')),
  );
  expect(new Set(pictures).size).toBe(pictures.length);
});

test.each([16, 32, 48, 64, 128, 256, 512])(
  'the app has a picture of %i pixels, in the files of Windows and macOS too',
  (size) => {
    const png = icon(`app/${size}x${size}.png`);
    expect(sizeOf(png)).toBe(`${size}x${size}`);
    expect(icon('app/icon.icns').includes(png) || size === 48).toBe(true);
    expect(icon('app/icon.ico').includes(png)).toBe(size <= 256);
  },
);

test('the files of Windows and macOS list what they hold', () => {
  const pictures = new Map([
    [16, Buffer.from('sixteen')],
    [512, Buffer.from('large')],
  ]);
  const windows = ico(pictures);
  expect(windows.readUInt16LE(4)).toBe(1);
  expect(windows.subarray(windows.readUInt32LE(18)).toString()).toBe('sixteen');
  const mac = icns(pictures);
  expect(mac.readUInt32BE(4)).toBe(mac.length);
  expect(mac.subarray(8, 12).toString()).toBe('icp4');
  expect(mac.subarray(-5).toString()).toBe('large');
});
