import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import { beforeAll, describe, expect, test } from 'vitest';
import { root } from '../parts/checkout.mjs';

type Config = Parameters<typeof validateConfiguration>[0];

const check = (config: Config): Promise<void> => validateConfiguration(config, new DebugLogger(false));

describe('the packaging configuration', () => {
  let config: Config;
  beforeAll(async () => {
    config = await getConfig(root, 'electron-builder.yml', null);
  });

  test('is what electron-builder’s schema allows, for systems it is not built on here too', async () => {
    await expect(check(config)).resolves.toBeUndefined();
  });

  test('a word the schema does not know is refused', async () => {
    const misspelt = { oneClik: false };
    await expect(check({ ...config, nsis: misspelt as object })).rejects.toThrow(
      /configuration\.nsis should be/,
    );
  });

  test('names targets that exist', () => {
    const targets = [config.linux, config.win, config.mac].flatMap((system) => system?.target ?? []);
    expect(targets).toEqual(['AppImage', 'deb', 'rpm', 'tar.gz', 'nsis', 'dmg']);
  });

  test('says nowhere which Electron is inside: a release holds the one of package.json', () => {
    expect(config.electronVersion).toBeUndefined();
    expect(config.electronDist).toBeUndefined();
  });

  test('keeps the fuse by which the host runs on the app’s own program', () => {
    expect(config.electronFuses?.runAsNode).toBe(true);
  });

  test('registers invites as links and as files', () => {
    expect(config.protocols).toMatchObject([{ schemes: ['rigshare'] }]);
    expect(config.fileAssociations).toMatchObject([{ ext: 'rigshare' }]);
  });
});
