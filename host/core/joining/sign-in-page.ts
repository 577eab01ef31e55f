// Tailscale's own service signs people in under its own name, whichever of its hosts computers talk to.
const tailscale = /^(?:[a-z0-9-]+\.)*tailscale\.com$/;

interface Address {
  readonly scheme: string;
  readonly host: string;
  readonly port: string;
}

/**
 * Whether a page for signing in is the control server's own, so that it may be shown and opened: under the same name, or
 * below tailscale.com for Tailscale's own service; over https, unless the server itself is reached without.
 */
export function isSignInPage(page: string, controlUrl: string): boolean {
  const [at, server] = [addressOf(page), addressOf(controlUrl)];
  if (at === null || server === null || page.length > 2_000) return false;
  if (tailscale.test(server.host)) return at.scheme === 'https' && at.port === '' && tailscale.test(at.host);
  if (at.scheme !== 'https' && server.scheme !== 'http') return false;
  return at.host === server.host;
}

/** Of an http(s) address without a name or password before its host; null: no such thing. */
function addressOf(url: string): Address | null {
  // A backslash, a space or a control character is read differently by different programs.
  if (/[\\\s\u0000-\u001f\u007f]/.test(url)) return null;
  const found = /^(https?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?(?:[/?#]|$)/i.exec(url);
  if (found === null) return null;
  const [, scheme = '', host = '', port = ''] = found;
  const usual = scheme.toLowerCase() === 'http' ? '80' : '443';
  return {
    scheme: scheme.toLowerCase(),
    host: host.toLowerCase().replace(/\.$/, ''),
    port: port === usual ? '' : port,
  };
}
