import { readFileSync } from 'node:fs';

/** Where remote desktops listen: RDP, and VNC's first screens. */
const desktopPorts: ReadonlySet<number> = new Set([3389, ...Array.from({ length: 16 }, (_, i) => 5900 + i)]);

/**
 * Where this session comes from: the address of who is logged in over SSH or sits at a remote desktop; null: somebody
 * is here. A remote desktop tells its user nothing, so its connection is looked for.
 */
export function sessionFrom(
  env: Readonly<Record<string, string | undefined>>,
  readTable: (path: string) => string = tableOf,
): string | null {
  const [ssh] = (env['SSH_CONNECTION'] ?? env['SSH_CLIENT'] ?? '').trim().split(/\s+/);
  if (ssh) return ssh;
  const remote = env['XRDP_SESSION'] ?? env['XRDP_SOCKET_PATH'] ?? env['VNCDESKTOP'] ?? env['RFB_CLIENT_IP'];
  if (remote === undefined) return null;
  const [first] = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => desktopClients(readTable(path)));
  return first ?? null;
}

/** Who is connected to a remote desktop's port: `0100007F:0D3D 0400A8C0:C3F2 01` is local, remote, established. */
export function desktopClients(table: string): readonly string[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', remote = '', state] = line.trim().split(/\s+/);
    const port = Number.parseInt(local.split(':')[1] ?? '', 16);
    const address = addressOf(remote.split(':')[0] ?? '');
    if (state !== '01' || !desktopPorts.has(port) || address === null) return [];
    return /^(?:127\.|::1$)/.test(address) ? [] : [address];
  });
}

/** The kernel writes each group of four bytes in the machine's own order. */
function addressOf(hex: string): string | null {
  if (!/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/i.test(hex)) return null;
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  const pairs = bytes.join('').toLowerCase().match(/.{4}/g) ?? [];
  if (pairs.slice(0, 5).every((pair) => pair === '0000') && pairs[5] === 'ffff')
    return bytes
      .slice(12)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  if (bytes.join('') === `${'0'.repeat(31)}1`) return '::1';
  return pairs.map((pair) => pair.replace(/^0{1,3}/, '')).join(':');
}

function tableOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
