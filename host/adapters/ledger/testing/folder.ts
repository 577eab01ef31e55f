import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { createFiles } from '../../files/files.ts';
import { type LedgerOptions, openLedger } from '../index.ts';

/** The files adapter at a fixed time. */
export const files = createFiles({ now: () => Date.UTC(2025, 5, 1, 12) });

/** A fresh folder for each test, with a ledger's file in it. */
export function useFolder() {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rigshare-ledger-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  return {
    path: (name: string) => join(folder, name),
    file: () => join(folder, 'ledger.db'),
    open: (change: Partial<LedgerOptions> = {}) =>
      openLedger({ file: join(folder, 'ledger.db'), files, timeZone: 'UTC', ...change }),
  };
}
