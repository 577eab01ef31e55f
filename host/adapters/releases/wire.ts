import { z } from 'zod';

const buildSchema = z.object({ os: z.string(), arch: z.string(), filename: z.string() });

/** One published version; what else the site tells of it is ignored. */
export const versionSchema = z.object({
  version: z.string(),
  shasums: z.string().optional(),
  shasums_signature: z.string().optional(),
  shasums_signatures: z.array(z.string()).optional(),
  builds: z.array(buildSchema).default([]),
});

/** All versions of one program. */
export const indexSchema = z.object({ versions: z.record(z.string(), versionSchema) });

/** One published version. */
export type PublishedVersion = z.infer<typeof versionSchema>;

/** A kind of machine, in the publisher's words. */
export interface Target {
  readonly os: string;
  readonly arch: string;
}

const systems = { linux: 'linux', windows: 'windows', macos: 'darwin' } as const;
const processors: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** This machine in the publisher's words. */
export function targetOf(platform: keyof typeof systems, arch: string): Target {
  return { os: systems[platform], arch: processors[arch] ?? arch };
}

/** The zip for a kind of machine, or null where the version has none. */
export function zipFor({ builds }: PublishedVersion, { os, arch }: Target): string | null {
  const build = builds.find((b) => b.os === os && b.arch === arch && b.filename.endsWith('.zip'));
  return build !== undefined && isFileName(build.filename) ? build.filename : null;
}

/** A plain file name: no folder, nothing that leads out of one. */
export const isFileName = (name: string): boolean => /^[A-Za-z0-9][\w.+-]{0,199}$/.test(name);

/** The checksum of a file in a list of lines "<sha256 in hex>  <name>"; null: it is not listed. */
export function sumOf(sums: string, filename: string): string | null {
  for (const line of sums.split('\n')) {
    const [, hex, name] = /^([0-9a-f]{64})[ \t]+\*?(\S+)\s*$/i.exec(line) ?? [];
    if (hex !== undefined && name === filename) return hex.toLowerCase();
  }
  return null;
}
