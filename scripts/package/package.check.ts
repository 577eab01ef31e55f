import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { describe, expect, test } from 'vitest';
import { packaged } from './paths.mjs';

/** How a fuse that is on reads in the program: the digit one. */
const enabled = 0x31;

const inside = listPackage(packaged.asar, { isPack: false });

describe('the packaged app', () => {
  test('holds the host, what runs as root, the command line, the shell, the page and the icons', () => {
    expect(inside).toEqual(
      expect.arrayContaining([
        '/out/host/main.js',
        '/out/host/privileged.js',
        '/out/cli/main.js',
        '/out/electron/main.js',
        '/out/renderer/index.html',
        '/assets/icons/tray/sharing-dark@2x.png',
      ]),
    );
  });

  test('holds the database’s native part beside the asar, for this libc alone', () => {
    const native = join(`${packaged.asar}.unpacked`, 'node_modules/@libsql/linux-x64-gnu/index.node');
    expect(statSync(native).size).toBeGreaterThan(1_000_000);
    expect(inside.filter((file) => file.includes('musl'))).toEqual([]);
  });

  test('holds no package that is bundled already, no source map and no test', () => {
    const folders = inside
      .map((file) => /^\/node_modules\/(@[^/]+\/[^/]+|[^@/][^/]*)/.exec(file)?.[1])
      .filter(Boolean);
    expect([...new Set(folders)].sort()).toEqual([
      '@libsql/linux-x64-gnu',
      '@neon-rs/load',
      'detect-libc',
      'libsql',
    ]);
    expect(inside.filter((file) => /\.map$|\.test\./.test(file))).toEqual([]);
  });

  test('what runs as root imports nothing but Node', () => {
    const text = extractFile(packaged.asar, 'out/host/privileged.js').toString();
    const imported = [...text.matchAll(/^\s*import\b[^'"]*['"]([^'"]+)['"]/gm)].map(([, name]) => name ?? '');
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((name) => !name.startsWith('node:'))).toEqual([]);
  });

  test('has its fuses set: it runs as Node for the host, and takes no inspector, options or foreign code', async () => {
    const wire = await getCurrentFuseWire(packaged.program);
    const on = (option: FuseV1Options): boolean => Number(wire[option]) === enabled;
    expect({
      runAsNode: on(FuseV1Options.RunAsNode),
      options: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspector: on(FuseV1Options.EnableNodeCliInspectArguments),
      onlyItsAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
      integrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      fileProtocol: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: true,
      options: false,
      inspector: false,
      onlyItsAsar: true,
      integrity: true,
      fileProtocol: false,
    });
  });

  test('its command line runs on its own program', () => {
    const { version } = JSON.parse(extractFile(packaged.asar, 'package.json').toString()) as {
      version: string;
    };
    const env = { ...process.env };
    delete env['ELECTRON_RUN_AS_NODE'];
    expect(execFileSync(packaged.commandLine, ['--version'], { encoding: 'utf8', env }).trim()).toBe(version);
  });

  test('carries the licences of Electron and Chromium', () => {
    expect(existsSync(join(packaged.folder, 'LICENSE.electron.txt'))).toBe(true);
    expect(existsSync(join(packaged.folder, 'LICENSES.chromium.html'))).toBe(true);
  });
});

const debs = existsSync('/usr/bin/dpkg-deb');

describe.skipIf(!debs)(debs ? 'the deb' : 'the deb (skipped: there is no dpkg-deb here)', () => {
  const read = (...args: readonly string[]): string =>
    execFileSync('dpkg-deb', [...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const content = (place: string): string => {
    const [tar, file] = [['--fsys-tarfile', packaged.deb], `.${place}`] as const;
    const whole = execFileSync('dpkg-deb', tar, { maxBuffer: 2 ** 31 });
    return execFileSync('tar', ['-xO', file], { input: whole, encoding: 'utf8', maxBuffer: 2 ** 26 });
  };

  test('names itself, its maker and what it needs', () => {
    const control = read('--field', packaged.deb);
    expect(control).toMatch(/^Package: rigshare$/m);
    expect(control).toMatch(/^Architecture: amd64$/m);
    expect(control).toMatch(/^Maintainer: Rigshare contributors </m);
    expect(control).toMatch(/^Depends: .*libgtk-3-0/m);
  });

  test('puts the command line on PATH, and starts the app for invites, links and in menus', () => {
    const files = read('--contents', packaged.deb);
    expect(files).toMatch(/^-rwxr-xr-x root\/root .* \.\/usr\/bin\/rigshare$/m);
    expect(files).toMatch(/^-rwxr-xr-x root\/root .* \.\/opt\/Rigshare\/rigshare-desktop$/m);
    expect(content('/usr/bin/rigshare')).toBe(readFileSync(packaged.commandLine, 'utf8'));
    const entry = content('/usr/share/applications/rigshare.desktop');
    expect(entry).toMatch(/^Exec=\/opt\/Rigshare\/rigshare-desktop %U$/m);
    expect(entry).toMatch(/^MimeType=.*x-scheme-handler\/rigshare;/m);
    expect(entry).toMatch(/^MimeType=.*application\/vnd\.rigshare\.invite;/m);
    expect(content('/usr/share/mime/packages/rigshare-desktop.xml')).toContain(
      '<glob pattern="*.rigshare"/>',
    );
  });
});

test('the archive holds the app under its own name', () => {
  const files = execFileSync('tar', ['-tzf', packaged.archive], { encoding: 'utf8' }).split('\n');
  expect(
    files.filter((file) => /^rigshare-[\d.]+\/(rigshare-desktop|bin\/rigshare)$/.test(file)),
  ).toHaveLength(2);
});
