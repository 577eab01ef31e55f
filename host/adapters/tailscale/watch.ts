import { z } from 'zod';
import type { Clock } from '../../core/ports/clock.ts';
import type { LocalApi } from './local-api.ts';

const firstWaitMs = 1_000;
const longestWaitMs = 30_000;
/** A line longer than this is no message of the daemon's. */
const longestLine = 8_000_000;

// What changes nothing (the network map, traffic counters, shares) is not named here and so ignored.
const noticedSchema = z
  .object({
    ErrMessage: z.unknown(),
    LoginFinished: z.unknown(),
    State: z.unknown(),
    Prefs: z.unknown(),
    SelfChange: z.unknown(),
    BrowseToURL: z.unknown(),
    Health: z.unknown(),
  })
  .partial();

/** Calls at each change that the daemon's bus tells of, until aborted; a dropped bus is opened again. */
export async function watchBus(
  api: LocalApi,
  clock: Clock,
  onChange: () => void,
  signal: AbortSignal,
): Promise<void> {
  for (let waitMs = firstWaitMs; !signal.aborted; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
    try {
      const chunks = await api.bus(signal);
      waitMs = firstWaitMs;
      await follow(chunks, onChange);
    } catch {
      // Why it cannot be read, the next look tells.
    }
    if (signal.aborted) return;
    onChange();
    await clock.sleep(waitMs, signal);
  }
}

async function follow(chunks: AsyncIterable<Uint8Array>, onChange: () => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  let last = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) return;
    for (const line of lines) {
      const noticed = noticedIn(line);
      // The daemon says the same several times in a row.
      if (noticed === null || noticed === last) continue;
      last = noticed;
      onChange();
    }
  }
}

/** What a message says, as a text to compare; null where it changes nothing that is looked at. */
function noticedIn(line: string): string | null {
  if (line.trim() === '') return null;
  const message = noticedSchema.safeParse(json(line));
  if (!message.success) return line;
  const said = Object.entries(message.data).filter(([, value]) => value !== undefined && value !== null);
  return said.length === 0 ? null : JSON.stringify(said);
}

function json(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
