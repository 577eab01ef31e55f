import { expect, test } from 'vitest';
import { controlFile, readArguments } from './fpm-deb.mjs';

test('reads options, repeated options and files as fpm does', () => {
  const args = [
    '-s',
    'dir',
    '--force',
    '-t',
    'deb',
    '-d',
    'libgtk-3-0',
    '-d',
    'libnss3',
    '--name',
    'rigshare',
    '/a=b/=/opt/App',
  ];
  expect(readArguments(args)).toEqual({
    options: { s: 'dir', t: 'deb', d: ['libgtk-3-0', 'libnss3'], 'deb-recommends': [], name: 'rigshare' },
    files: [['/a=b/', '/opt/App']],
  });
});

test('writes a control file in Debian’s form, without fields that have no value', () => {
  const options = {
    d: ['a', 'b'],
    'deb-recommends': [],
    name: 'rigshare',
    version: '1',
    description: 'Short\n\nLong',
  };
  expect(controlFile(options, '12').split('\n')).toEqual([
    'Package: rigshare',
    'Version: 1',
    'Installed-Size: 12',
    'Depends: a, b',
    'Section: utils',
    'Description: Short',
    ' .',
    ' Long',
    '',
  ]);
});
