import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { app } from 'electron';
import { placesFor, type Places } from '../contract/places.ts';

/** The folder of package.json: the checkout, or what app.asar holds. The shell's bundle lies two folders below. */
export const appFolder = path.join(import.meta.dirname, '../..');

/** The host's places for this home (null: the usual ones), with Chromium's own files put beside them. Call before the app is ready. */
export function usePlaces(home: string | null): Places & { readonly shell: string } {
  const places = placesFor({ platform: process.platform, env: process.env, userHome: homedir(), home });
  const shell = path.join(places.config, 'shell');
  mkdirSync(shell, { recursive: true, mode: 0o700 });
  app.setPath('userData', shell);
  const cache = path.join(places.cache, 'shell');
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  app.setPath('sessionData', cache);
  return { ...places, shell };
}
