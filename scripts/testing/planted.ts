import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../parts/checkout.mjs';

/** A folder that looks like the checkout to its tools, and holds only what a test plants there. */
export interface Planted {
  readonly folder: string;
  /** Removes it. */
  readonly close: () => void;
}

const configs = [
  'package.json',
  'tsconfig.json',
  'tsconfig.core.json',
  '.oxlintrc.json',
  'rolldown.config.ts',
];

/** Writes `files` (path → text) into a new folder beside the checkout's own configuration and packages. */
export function plant(files: Readonly<Record<string, string>>): Planted {
  const folder = mkdtempSync(join(tmpdir(), 'rigshare-planted-'));
  for (const config of configs) copyFileSync(join(root, config), join(folder, config));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return { folder, close: () => rmSync(folder, { recursive: true, force: true }) };
}
