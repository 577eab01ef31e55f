import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileMaxBytes, linkMaxLength, openFile, openLink } from './links.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'links-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (opened: ReturnType<typeof openLink>) =>
  'problem' in opened ? opened.problem.code : opened.hash;

test('a join link leads to the preview with its whole text', () => {
  const link = 'rigshare://join#12.eyJhIjox-_';
  expect(openLink(link)).toEqual({ hash: `#/join/${encodeURIComponent(link)}` });
});

test('a link in capitals is the same link, its content untouched', () => {
  expect(openLink('RIGSHARE://Join#3.aBc')).toEqual({
    hash: `#/join/${encodeURIComponent('rigshare://join#3.aBc')}`,
  });
});

test.each([
  'rigshare://leave',
  'rigshare://join',
  'rigshare:join#1.a',
  'rigshare://join.evil.example#1.a',
  'javascript:alert(1)',
])('%s is refused', (link) => {
  expect(codeOf(openLink(link))).toBe('invite-hostile');
});

test('a link longer than any invite is refused', () => {
  expect(codeOf(openLink(`rigshare://join#${'a'.repeat(linkMaxLength)}`))).toBe('invite-too-large');
});

test('nothing in a link can leave its place in the address', () => {
  const opened = openLink('rigshare://join#1./../../#/settings?x=%00\ud800');
  expect(codeOf(opened)).toMatch(/^#\/join\/[\w%.!~*'()-]+$/);
});

test('a file leads to the preview with its whole text', async () => {
  const file = path.join(folder, 'lab.rigshare');
  writeFileSync(file, '{"rigshare":1,"pool":"深圳"}\n');
  expect(await openFile(file)).toEqual({
    hash: `#/join-file/${encodeURIComponent('{"rigshare":1,"pool":"深圳"}\n')}`,
  });
});

test('a file larger than any invite is not read', async () => {
  const file = path.join(folder, 'huge.rigshare');
  writeFileSync(file, '');
  truncateSync(file, fileMaxBytes + 1);
  expect(codeOf(await openFile(file))).toBe('invite-too-large');
});

test('a device without an end is not read', async () => {
  expect(codeOf(await openFile('/dev/zero'))).toBe('invite-malformed');
});

test('a file that is not there, and a folder, are plain problems', async () => {
  expect(codeOf(await openFile(path.join(folder, 'none.rigshare')))).toBe('invite-malformed');
  expect(codeOf(await openFile(folder))).toBe('invite-malformed');
});

test('a pipe that nobody writes to does not hang the app', async () => {
  const fifo = path.join(folder, 'pipe.rigshare');
  execFileSync('mkfifo', [fifo]);
  expect(codeOf(await openFile(fifo))).toBe('invite-malformed');
});
