import { z } from 'zod';
import type { LineSample } from '../../core/ports/path.ts';
import type { World } from '../../core/ports/world.ts';

/** It asks every relay once, and waits for those that are silent. */
const withinMs = 20_000;

const maybe = z.boolean().nullish();

// The format is called unstable: a field that is missing or of another kind is unknown, and costs no other.
const reportSchema = z.object({
  UDP: maybe.catch(null),
  MappingVariesByDestIP: maybe.catch(null),
  UPnP: maybe.catch(null),
  PMP: maybe.catch(null),
  PCP: maybe.catch(null),
  PreferredDERP: z.number().nullish().catch(null),
  /** Nanoseconds by relay. */
  RegionLatency: z.record(z.string(), z.number()).nullish().catch(null),
  CaptivePortal: maybe.catch(null),
});

/** What `tailscale netcheck` measures; null where the program is missing or cannot tell. It has no place in the LocalAPI. */
export async function netcheck(
  { programs }: Pick<World, 'programs'>,
  socket: string | null,
  relays: ReadonlyMap<string, string>,
): Promise<LineSample | null> {
  const program = await programs.find('tailscale');
  if (program === null) return null;
  const args = [...(socket === null ? [] : [`--socket=${socket}`]), 'netcheck', '--format=json'];
  const { exitCode, stdout } = await programs.run(program, args, { timeoutMs: withinMs });
  return exitCode === 0 ? lineOf(stdout, relays) : null;
}

function lineOf(text: string, relays: ReadonlyMap<string, string>): LineSample | null {
  const report = reportSchema.safeParse(json(text));
  if (!report.success) return null;
  const { UDP, MappingVariesByDestIP, UPnP, PMP, PCP, PreferredDERP, RegionLatency, CaptivePortal } =
    report.data;
  const latency = RegionLatency ?? {};
  const varies = MappingVariesByDestIP ?? null;
  const relaysReached = Object.keys(latency).length;
  return {
    udp: UDP ?? null,
    hardNat: varies === null ? null : varies && UPnP !== true && PMP !== true && PCP !== true,
    relay: relayOf(PreferredDERP ?? 0, latency, relays),
    relaysReached,
    captivePortal: CaptivePortal ?? null,
  };
}

function relayOf(
  preferred: number,
  latency: Readonly<Record<string, number>>,
  relays: ReadonlyMap<string, string>,
): LineSample['relay'] {
  if (preferred === 0) return null;
  const nanoseconds = latency[String(preferred)];
  return {
    name: relays.get(String(preferred)) ?? String(preferred),
    ms: nanoseconds === undefined ? null : Math.round(nanoseconds / 100_000) / 10,
  };
}

/** What other words a program printed before its JSON are passed over. */
function json(text: string): unknown {
  try {
    return JSON.parse(text.slice(Math.max(0, text.indexOf('{')))) as unknown;
  } catch {
    return null;
  }
}
