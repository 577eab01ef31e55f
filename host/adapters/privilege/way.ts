import { basename } from 'node:path';
import { problem, type Problem } from '../../../contract/problems.ts';
import type { PrivilegeWay } from '../../core/ports/tailnet.ts';
import type { ProcessInfo, World } from '../../core/ports/world.ts';

/** What the way to root is chosen by. */
export interface WayParts {
  readonly world: Pick<World, 'programs' | 'machine'>;
  /** What this process was started with. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** This process: it is the one in whose name pkexec asks. */
  readonly pid: number;
  /** What root would run, with nothing to do. */
  readonly trial: readonly string[];
}

/** Programs of desktops that ask in polkit's name and carry no other name (GNOME's and Cinnamon's shells ask themselves). */
const askers: ReadonlySet<string> = new Set([
  'polkit-gnome-authentication-agent-1',
  'polkit-kde-authentication-agent-1',
  'polkit-mate-authentication-agent-1',
  'lxpolkit',
  'lxqt-policykit-agent',
  'xfce-polkit',
  'hyprpolkitagent',
  'gnome-shell',
  'cinnamon',
]);

/** The terminal's own, which asks for one process. */
const terminalAsker = 'pkttyagent';

/** How long sudo may take to say whether it needs a password, ms; an image that is mounted for it takes seconds. */
const sudoWithinMs = 15_000;

/** The way that works: pkexec where somebody can ask, else sudo where it asks for nothing or has a program that asks. */
export async function chooseWay(parts: WayParts): Promise<PrivilegeWay> {
  const { programs, machine } = parts.world;
  if (machine.root) return 'inline';
  if (machine.platform !== 'linux') return null;
  if ((await programs.find('pkexec')) !== null && (await somebodyAsks(parts))) return 'pkexec';
  if ((await programs.find('sudo')) === null) return null;
  if (await needsNoPassword(parts)) return 'sudo';
  return parts.env['SUDO_ASKPASS'] === undefined ? null : 'sudo-ask';
}

/**
 * Whether there is who shows pkexec's prompt: a desktop of this session, the terminal's agent for this very process, or
 * a desktop's agent where this process is in no session of its own. A display at the other end of SSH has no such agent.
 */
async function somebodyAsks({ world, env, pid }: WayParts): Promise<boolean> {
  if (env['WAYLAND_DISPLAY'] || env['DISPLAY']?.startsWith(':') === true) return true;
  const all = await world.programs.processes();
  if (all.some((one) => asksFor(one, pid))) return true;
  // polkit asks only the agent of the session from which SSH was started, never that of a desktop beside it.
  if (env['SSH_CONNECTION']) return false;
  // Only of processes of the same user it is told what they run.
  return all.some(({ executable }) => executable !== null && askers.has(basename(executable)));
}

function asksFor({ command, zombie }: ProcessInfo, pid: number): boolean {
  if (zombie || basename(command[0] ?? '') !== terminalAsker) return false;
  const words = command.join(' ');
  return new RegExp(`(?:--process[ =]|-p ?)${pid}(?:,| |$)`).test(words);
}

/** Asked with what root is to run, so that a rule for it alone counts; a password typed in a terminal does not count here. */
async function needsNoPassword({ world, trial }: WayParts): Promise<boolean> {
  const args = ['-n', '--', ...trial];
  const { exitCode } = await world.programs.run('sudo', args, { timeoutMs: sudoWithinMs });
  return exitCode === 0;
}

/** Why root cannot be reached, with the line that mends it: typed in a terminal that stays open, it lets pkexec ask there. */
export async function noWay({ world: { programs, machine }, pid }: WayParts): Promise<Problem> {
  const of = problem('administrator-missing');
  if (machine.platform !== 'linux') return of;
  const ask = `${terminalAsker} --process ${pid}`;
  const [pkexec, asker, sudo] = await Promise.all(
    ['pkexec', terminalAsker, 'sudo'].map((name) => programs.find(name)),
  );
  if (pkexec !== null && asker !== null) return { ...of, command: ask };
  const detail = `${pkexec === null ? 'pkexec' : terminalAsker}: not found`;
  if (sudo === null) return { ...of, detail };
  for (const [manager, line] of polkitBy)
    if ((await programs.find(manager)) !== null) return { ...of, detail, command: `${line} && ${ask}` };
  return { ...of, detail };
}

/** How polkit with both programs is installed; Debian before 12 has them in one package. */
const polkitBy: readonly (readonly [manager: string, line: string])[] = [
  ['apt-get', '{ sudo apt-get install -y pkexec polkitd || sudo apt-get install -y policykit-1; }'],
  ['dnf', 'sudo dnf install -y polkit'],
  ['zypper', 'sudo zypper install -y polkit'],
  ['pacman', 'sudo pacman -S --needed polkit'],
];
