// The daemon's default, also where a profile names no server.
const tailscale = 'https://controlplane.tailscale.com';

/** Whether two control URLs name the same server: scheme, host and port count, nothing else does. */
export function sameServer(a: string | null | undefined, b: string | null | undefined): boolean {
  const [first, second] = [serverOf(a), serverOf(b)];
  return first !== null && first === second;
}

/** Tailscale's own service, where several tailnets live behind one address. */
export const isTailscale = (url: string): boolean => serverOf(url) === tailscale;

function serverOf(text: string | null | undefined): string | null {
  try {
    const url = new URL(text || tailscale);
    const host = url.hostname.replace(/\.$/, '');
    return host === 'tailscale.com' || host.endsWith('.tailscale.com') ? tailscale : url.origin;
  } catch {
    return null;
  }
}
