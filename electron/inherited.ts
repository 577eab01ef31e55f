import { closeSync, readdirSync, readlinkSync } from 'node:fs';

/*
 * On Linux a child of Electron gets every file that Chromium has open: the connections to screen and session bus among
 * them, which then seem alive when the app is long gone (its icon stays in the panel). So the shell tells the host's
 * launcher which those are, and the launcher closes them.
 */

/** The environment variable that tells them. */
export const inheritedVariable = 'RIGSHARE_INHERITED';

const folder = '/proc/self/fd';

/** The sockets and pipes this process has open, as `3=socket:[4711],…`; empty where that cannot be known. */
export function openConnections(): string {
  try {
    const named = readdirSync(folder).map((fd) => `${fd}=${targetOf(fd)}`);
    return named.filter((one) => /^(?:[3-9]|\d{2,})=(?:socket|pipe):/.test(one)).join(',');
  } catch {
    return '';
  }
}

/** Closes those of `told` that are open here too. Their numbers in the kernel are their own: what this process opened itself has others. */
export function closeInherited(told: string | undefined): void {
  for (const one of told?.split(',') ?? []) {
    const [fd = '', target = ''] = one.split('=', 2);
    if (target !== '' && targetOf(fd) === target) closeSync(Number(fd));
  }
}

function targetOf(fd: string): string | null {
  try {
    return readlinkSync(`${folder}/${fd}`);
  } catch {
    return null;
  }
}
