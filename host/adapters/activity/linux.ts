import type { Activity, ActivitySample } from '../../core/ports/activity.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { type Bus, hasOwner, property } from './bus.ts';

/** The buses of this machine, and whose input is asked for. */
export interface LinuxParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly session: Bus;
  readonly system: Bus;
  /** How long X's own screen saver saw no input, ms; null: there is no X. */
  readonly x11: () => Promise<number | null>;
}

const logind = {
  destination: 'org.freedesktop.login1',
  interface: 'org.freedesktop.login1.Manager',
} as const;

/**
 * The last input on Linux, by the first that tells it: GNOME, KDE (and what speaks like it), X itself, then logind, whose
 * hint is the desktop's own and comes minutes late. Where nobody is signed in at the machine, nobody uses it.
 */
export function linuxActivity(parts: LinuxParts): Activity {
  const { clock, session } = parts;
  /** Since when nobody is signed in. */
  let emptySince: number | null = null;
  const before = (ms: number | null, source: string): ActivitySample | null =>
    ms === null ? null : { lastInputAt: clock.now() - ms, source };
  return {
    look: async () => {
      const told =
        before(await gnome(session), 'GNOME') ??
        before(await screenSaver(session), 'screen saver') ??
        before(await parts.x11(), 'X11');
      if (told !== null) return told;
      const seats = await people(parts.system);
      if (seats === null) return { lastInputAt: null, source: null };
      if (seats.length === 0) {
        emptySince ??= clock.now();
        return { lastInputAt: emptySince, source: 'logind' };
      }
      emptySince = null;
      const last = await hint(parts.system);
      // Its hint is set by a desktop that says so; without one it says neither yes nor no.
      return last === null ? { lastInputAt: null, source: null } : { lastInputAt: last, source: 'logind' };
    },
  };
}

/** Milliseconds since the last input, from GNOME's compositor, on Wayland and X alike. */
async function gnome(bus: Bus): Promise<number | null> {
  const destination = 'org.gnome.Mutter.IdleMonitor';
  if (!(await hasOwner(bus, destination))) return null;
  return numberOf(
    await bus.ask({
      destination,
      path: '/org/gnome/Mutter/IdleMonitor/Core',
      interface: destination,
      member: 'GetIdletime',
    }),
  );
}

/**
 * KDE answers in milliseconds; others in the seconds that the specification means. Some answer nothing at all, and KDE on
 * Wayland always 0: that is no answer, and where it is one, the next look has another.
 */
async function screenSaver(bus: Bus): Promise<number | null> {
  const destination = 'org.freedesktop.ScreenSaver';
  if (!(await hasOwner(bus, destination))) return null;
  const idle = numberOf(
    await bus.ask({
      destination,
      path: '/org/freedesktop/ScreenSaver',
      interface: destination,
      member: 'GetSessionIdleTime',
    }),
  );
  if (idle === null) return null;
  if (!(await hasOwner(bus, 'org.kde.screensaver'))) return idle * 1000;
  return idle === 0 ? null : idle;
}

/** Sessions of people at the machine itself (not over the network, and not the login screen); null: there is no logind. */
async function people(bus: Bus): Promise<readonly string[] | null> {
  if (!(await hasOwner(bus, logind.destination))) return null;
  const sessions = await bus.ask({ ...logind, path: '/org/freedesktop/login1', member: 'ListSessions' });
  if (!Array.isArray(sessions)) return null;
  const found: string[] = [];
  for (const [, , , seat, path] of sessions as readonly (readonly unknown[])[]) {
    if (typeof seat !== 'string' || seat === '' || typeof path !== 'string') continue;
    const of = { destination: logind.destination, path, interface: 'org.freedesktop.login1.Session' };
    if ((await property(bus, of, 'Class')) === 'user') found.push(path);
  }
  return found;
}

/** When logind's hint says that the last input was; null: it has no hint. */
async function hint(bus: Bus): Promise<number | null> {
  const of = { ...logind, path: '/org/freedesktop/login1' };
  if ((await property(bus, of, 'IdleHint')) !== true) return null;
  const since = numberOf(await property(bus, of, 'IdleSinceHint'));
  return since === null || since === 0 ? null : Math.round(since / 1000);
}

/** 64-bit numbers arrive as numbers or texts, by their size. */
function numberOf(value: unknown): number | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : null;
}
