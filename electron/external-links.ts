/** Whose pages the browser may be sent to from here. */
const hosts = [
  'tailscale.com',
  'headscale.net',
  'hashicorp.com',
  'nomadproject.io',
  'nvidia.com',
  'docker.com',
  'podman.io',
  'rigshare.example',
] as const;

/**
 * Whether a link in the window may be opened in the browser: a known project's page, or the very sign-in
 * address that the pool's network gave (a pool's own control server may have any name).
 */
export function mayOpenOutside(address: string, signInUrl: string | null): boolean {
  if (!URL.canParse(address)) return false;
  if (signInUrl !== null && address === signInUrl) return /^https?:\/\//i.test(address);
  const { protocol, hostname, port, username } = new URL(address);
  if (protocol !== 'https:' || port !== '' || username !== '') return false;
  return hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`));
}
