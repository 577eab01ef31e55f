import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { prepare, prepareOld } from './prepare.mjs';

/** Whether something of the real world can be had here, and what it is or why not. */
export type Available<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** The file of a program on PATH. */
export function onPath(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folder with tailscaled, tailscale and headscale, built now if need be (minutes, once). */
export async function tailnetPrograms(): Promise<Available<string>> {
  const missing = missingForNamespaces();
  if (missing !== undefined) return { ok: false, why: missing };
  const answer = await prepare((line: string) => void process.stderr.write(`${line}\n`));
  return answer.ok ? { ok: true, value: answer.folder } : answer;
}

function missingForNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (onPath('ip') === undefined) return 'the program ip is missing (package iproute2)';
  if (onPath('iptables') === undefined) return 'the program iptables is missing (package iptables)';
  if (onPath('setpriv') === undefined) return 'the program setpriv is missing (package util-linux)';
  if (!existsSync('/dev/net/tun')) return 'there is no /dev/net/tun';
  return undefined;
}

/** The folder of the oldest tailscaled that is tested, where it was built. */
export async function oldTailscaled(): Promise<Available<string>> {
  const old = await prepareOld();
  return old.ok ? { ok: true, value: old.folder } : old;
}

/** The Nomad program, where it is on PATH. */
export function nomadProgram(): Available<string> {
  const found = onPath('nomad');
  return found === undefined ? { ok: false, why: 'nomad is not on PATH' } : { ok: true, value: found };
}

/** The title of a group of tests, with the reason where it is skipped. */
export const titled = (title: string, ...needs: readonly Available<unknown>[]): string => {
  const reasons = needs.flatMap((one) => (one.ok ? [] : [one.why]));
  return reasons.length === 0 ? title : `${title} (skipped: ${reasons.join('; ')})`;
};
