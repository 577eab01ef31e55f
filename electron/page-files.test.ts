import { expect, test } from 'vitest';
import { pageFile } from './page-files.ts';

const folder = '/opt/rigshare/out/renderer';

test('the root is the page itself', () => {
  expect(pageFile('app://rigshare/', folder)).toEqual({
    file: `${folder}/index.html`,
    type: 'text/html; charset=utf-8',
  });
  expect(pageFile('app://rigshare/index.html#/join/x', folder)?.file).toBe(`${folder}/index.html`);
});

test('files below the folder have their type', () => {
  expect(pageFile('app://rigshare/assets/index-D_x1.js?v=1', folder)).toEqual({
    file: `${folder}/assets/index-D_x1.js`,
    type: 'text/javascript; charset=utf-8',
  });
});

test.each([
  'app://rigshare/../host/main.js',
  'app://rigshare/%2e%2e/host/main.js',
  'app://rigshare/..%2f..%2fpackage.json',
  'app://rigshare/assets/..%2f..%2f..%2fpackage.json',
  'app://rigshare/..%5c..%5cpackage.json',
  'app://rigshare//etc/passwd.txt/../../../../../etc/x.json',
])('%s does not leave the folder', (address) => {
  const found = pageFile(address, folder);
  expect(found === null || found.file.startsWith(`${folder}/`)).toBe(true);
});

test.each(['..%2f..%2fpackage.json', '%00.js', 'a%00.js', '%E0%A4%A.js', 'secret', 'state.db', 'a b.js'])(
  '%s is nothing of the page',
  (name) => {
    expect(pageFile(`app://rigshare/${name}`, folder)).toBeNull();
  },
);

test('a sibling folder with the same beginning is not the page', () => {
  expect(pageFile('app://rigshare/..%2frenderer-old/index.html', folder)).toBeNull();
});

test.each([
  'app://other/index.html',
  'https://rigshare/index.html',
  'file:///etc/passwd',
  'app://rigshare:1/index.html',
  'nonsense',
])('%s is another place', (address) => {
  expect(pageFile(address, folder)).toBeNull();
});
