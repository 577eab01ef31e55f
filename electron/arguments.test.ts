import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';

test('a plain start has no arguments', () => {
  expect(readArguments([], '/home/a')).toEqual({
    hidden: false,
    home: null,
    scenario: null,
    links: [],
    files: [],
  });
});

test('the home is read in both spellings and made absolute', () => {
  expect(readArguments(['.', '--home', 'there', '--hidden'], '/home/a')).toMatchObject({
    home: '/home/a/there',
    hidden: true,
  });
  expect(readArguments(['--home=/srv/r'], '/home/a').home).toBe('/srv/r');
});

test('a home without a folder is the usual place', () => {
  expect(readArguments(['--home'], '/home/a').home).toBeNull();
  expect(readArguments(['--home='], '/home/a').home).toBeNull();
});

test('a scenario is no file, whatever it is called', () => {
  expect(readArguments(['--scenario', 'bare', '--home', 'x.rigshare', 'y.rigshare'], '/home/a')).toEqual({
    hidden: false,
    home: '/home/a/x.rigshare',
    scenario: 'bare',
    links: [],
    files: ['/home/a/y.rigshare'],
  });
  expect(readArguments(['--scenario=ready'], '/').scenario).toBe('ready');
});

test('links and files are told apart, whatever their case', () => {
  const read = readArguments(['RIGSHARE://join#5.abcde', 'my lab.RigShare', '/tmp/b.rigshare'], '/home/a');
  expect(read.links).toEqual(['RIGSHARE://join#5.abcde']);
  expect(read.files).toEqual(['/home/a/my lab.RigShare', '/tmp/b.rigshare']);
});

test('a link that ends like a file is a link only', () => {
  const read = readArguments(['rigshare://join#x.rigshare', 'https://evil.example/a.rigshare'], '/');
  expect(read).toMatchObject({ links: ['rigshare://join#x.rigshare'], files: [] });
});

test('a home that looks like an invite is no invite', () => {
  expect(readArguments(['--home', 'a.rigshare'], '/h')).toMatchObject({ home: '/h/a.rigshare', files: [] });
});

test('switches of Chromium are passed over', () => {
  expect(readArguments(['--no-sandbox', '--remote-debugging-port=0', '--x=y.rigshare', '.'], '/h')).toEqual({
    hidden: false,
    home: null,
    scenario: null,
    links: [],
    files: [],
  });
});
