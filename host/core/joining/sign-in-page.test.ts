import { describe, expect, it } from 'vitest';
import { isSignInPage } from './sign-in-page.ts';

const headscale = 'https://network.pool.example';
const saas = 'https://controlplane.tailscale.com';

describe('a page for signing in', () => {
  it.each([
    [headscale, 'https://network.pool.example/register/hskey-authreq-abc'],
    [headscale, 'https://Network.Pool.Example:443/register/x'],
    [headscale, 'https://network.pool.example:8443/register/x'],
    [saas, 'https://login.tailscale.com/a/1f2e3d'],
    ['https://login.tailscale.com', 'https://controlplane.tailscale.com/a/1'],
    ['http://10.99.0.1:8080', 'http://10.99.0.1:8080/register/x'],
    ['http://10.99.0.1:8080', 'https://10.99.0.1/register/x'],
    ['http://[fd00::1]:8080', 'http://[fd00::1]:8080/register/x'],
  ])('of %s is %s', (server, page) => expect(isSignInPage(page, server)).toBe(true));

  it.each([
    [headscale, 'http://network.pool.example/register/x'],
    [headscale, 'https://network.pool.example.evil.example/register/x'],
    [headscale, 'https://network.pool.example@evil.example/x'],
    [headscale, 'https://evil.example/?https://network.pool.example/'],
    [headscale, 'https://network.pool.example\\@evil.example/'],
    [headscale, 'https://network.pool.example /x'],
    [headscale, 'javascript:alert(1)//network.pool.example'],
    [headscale, 'file:///etc/passwd'],
    [headscale, 'rigshare://join#x'],
    [headscale, `https://network.pool.example/${'x'.repeat(3_000)}`],
    [headscale, ''],
    [saas, 'https://tailscale.com.evil.example/a/1'],
    [saas, 'https://eviltailscale.com/a/1'],
    [saas, 'http://login.tailscale.com/a/1'],
    [saas, 'https://login.tailscale.com:8443/a/1'],
    ['not an address', 'https://network.pool.example/'],
  ])('of %s is not %s', (server, page) => expect(isSignInPage(page, server)).toBe(false));
});
