import { expect, test } from 'vitest';
import { mayOpenOutside } from './external-links.ts';

test.each([
  'https://tailscale.com/download',
  'https://login.tailscale.com/a/1',
  'https://developer.hashicorp.com/nomad',
  'https://www.nvidia.com/drivers',
])('%s may be opened', (address) => {
  expect(mayOpenOutside(address, null)).toBe(true);
});

test.each([
  'http://tailscale.com/',
  'https://eviltailscale.com/',
  'https://tailscale.com.evil.example/',
  'https://tailscale.com:8443/',
  'https://user@tailscale.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'smb://nvidia.com/share',
  'nonsense',
])('%s may not', (address) => {
  expect(mayOpenOutside(address, null)).toBe(false);
});

test('the sign-in address of the pool’s network may, whatever its host, and nothing like it', () => {
  const signIn = 'https://headscale.lab.example/register/abc';
  expect(mayOpenOutside(signIn, signIn)).toBe(true);
  expect(mayOpenOutside(`${signIn}d`, signIn)).toBe(false);
  expect(mayOpenOutside('https://headscale.lab.example/', signIn)).toBe(false);
});

test('a sign-in address that is no web page may not', () => {
  expect(mayOpenOutside('file:///bin/sh', 'file:///bin/sh')).toBe(false);
});
