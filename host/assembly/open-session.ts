import type { Settings } from '../../contract/app-state.ts';
import { openPorts, type Ground } from './ports.ts';
import { Session } from './session.ts';

/** What a session is opened with beside its ground. */
export interface SessionOptions {
  readonly demo: boolean;
  /** The invite of a demo that is joined by hand, or null. */
  readonly demoInvite?: string | null;
  readonly version: string;
  readonly random: () => number;
  readonly reference: () => string;
  /** Is told the settings as they were found. */
  readonly onSettings: (settings: Settings) => void;
  /** Ends what the ground itself holds (the demo's happenings). */
  readonly release: () => void;
}

/** Opens the stores, says what was damaged, and makes a session of it; its loop starts with `open`. */
export async function openSession(ground: Ground, options: SessionOptions): Promise<Session> {
  const ports = await openPorts(ground);
  const [intent, settings, footprint] = [
    await ports.intents.load(),
    await ports.settings.load(),
    await ports.footprint.load(),
  ];
  options.onSettings(settings.value);
  for (const { problem } of [intent, settings, footprint]) {
    if (problem !== null)
      ground.log.warn('a file was damaged', { code: problem.code, detail: problem.detail });
  }
  return new Session({
    ...options,
    ports,
    intent: intent.value.pool === null ? { ...intent.value, lost: intent.problem } : intent.value,
    settings: settings.value,
    residue: footprint.value.length > 0,
    notices: [intent.problem, settings.problem, footprint.problem].filter((p) => p !== null),
  });
}
