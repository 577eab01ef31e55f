/**
 * The socket of the session bus: a path, or a name beginning with `\0` (an abstract socket of Linux).
 * Null where there is none that can be reached. Source: "Server Addresses" in the D-Bus specification.
 */
export function busSocket(environment: Readonly<Record<string, string | undefined>>): string | null {
  const address = environment['DBUS_SESSION_BUS_ADDRESS'];
  if (address !== undefined && address !== '')
    return (
      address
        .split(';')
        .map(socketOf)
        .find((socket) => socket !== null) ?? null
    );
  const folder = environment['XDG_RUNTIME_DIR'];
  return folder === undefined || folder === '' ? null : `${folder}/bus`;
}

function socketOf(address: string): string | null {
  const [, parameters] = /^unix:(.+)$/.exec(address) ?? [];
  const values = new Map(parameters?.split(',').map((pair) => pair.split('=', 2) as [string, string]));
  const [path, abstract] = [values.get('path'), values.get('abstract')];
  if (path !== undefined) return unescaped(path);
  return abstract === undefined ? null : `\0${unescaped(abstract)}`;
}

const unescaped = (value: string) =>
  value.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)));
