import { leaveStages, type LeaveStage } from '../../../contract/leave-stages.ts';
import type { LeaveOptions } from '../../../contract/leaving.ts';
import { usualLeave } from '../../../contract/usual.ts';
import { fail, problem, ProblemError } from '../../../contract/problems.ts';
import { cameEntries } from '../budget/came.ts';
import { noteWhatCame } from '../budget/noting.ts';
import { removeAllThatCame } from '../budget/removing.ts';
import { exportText } from '../earnings/export.ts';
import type { FootprintEntry } from '../footprint.ts';
import { installsToUndo } from '../opening/installs.ts';
import type { StepContext, StepRunner } from './context.ts';
import { tailnetToLeave } from './tailnet-lines.ts';

/** How long the books may take to write down the end of what was taken back, ms. */
const booksMs = 3_000;

/**
 * Undoes the footprint from its end. What needs root (the network's profile, files that containers wrote as root,
 * installations) goes in one run. Each part may have been done before by a host that was killed: it is then done again,
 * and nothing more comes of it; the lines go last.
 */
export const leave: StepRunner<'leave'> = async (_step, context) => {
  const { ports, intent } = context;
  const options = intent.leaving ?? usualLeave;
  const { value: entries } = await ports.footprint.load();
  tell(context, 'work');
  await ports.nomad.kill();
  await ports.nomad.sweep();
  tell(context, 'ledger');
  await leaveLedger(options, context);
  tell(context, 'engine');
  const stays = await leaveEngine(entries, options, context);
  tell(context, 'files');
  await ports.secrets.forgetAll();
  const denied = await removeFolders(entries, context);
  tell(context, 'network');
  const kept = await leaveAsRoot(entries, denied, context);
  for (const path of denied) {
    if ((await ports.folders.remove(path)) === 'denied') fail('leave-incomplete', path);
  }
  const { value: left } = await ports.footprint.load();
  for (const entry of left.toReversed()) await ports.footprint.undone(entry.id);
  if (stays.behind.length > 0) context.see({ notice: problem('left-behind', stays.behind.join(', ')) });
  const others = [...stays.used, ...kept];
  if (others.length > 0) context.see({ notice: problem('left-in-use', others.join(', ')) });
};

function tell({ report }: StepContext, stage: LeaveStage): void {
  report({ done: leaveStages.indexOf(stage), total: leaveStages.length, unit: 'steps' });
}

/** The record of what was earned, as the owner chose. Written again after a crash: whole, or not at all. */
async function leaveLedger(options: LeaveOptions, { ports }: StepContext): Promise<void> {
  if (options.ledger === 'keep') return;
  const until = ports.clock.now() + booksMs;
  while ((await ports.ledger.open()).some((o) => o.what !== 'end') && ports.clock.now() < until)
    await ports.clock.sleep(100);
  if (options.ledger === 'export') {
    if (options.exportTo === null) return fail('export-failed', 'no file was named');
    const { exportTo: path } = options;
    // A host that was killed after it emptied the record must not write the file over with nothing.
    const rows = await ports.ledger.rows({ limit: 1, before: null }, ports.clock.now());
    const isFresh = await ports.exports.check(path).then(
      () => true,
      () => false,
    );
    if (rows.length > 0 || isFresh)
      await ports.exports.write(path, exportText(ports.ledger, path, ports.clock.now()));
  }
  await ports.ledger.clear();
}

interface EngineLeft {
  /** What could not be removed because no engine answers. */
  readonly behind: readonly string[];
  /** What somebody else uses by now. */
  readonly used: readonly string[];
}

/** Containers of ours, and what came with jobs. Without an engine nothing of ours runs (the plan saw to that), and what it kept stays. */
async function leaveEngine(
  entries: readonly FootprintEntry[],
  { images }: LeaveOptions,
  context: StepContext,
): Promise<EngineLeft> {
  const { ports, facts } = context;
  const names = cameEntries(entries).map(({ line }) => line.name);
  const look = await ports.engine.look(await ports.nomad.allocationIds());
  if (!look.known) {
    // Known a moment ago, it may only be slow; nobody can ask one that is gone.
    if (facts.engine.known && look.problem !== null) throw new ProblemError(look.problem);
    return { behind: [...new Set(names)], used: [] };
  }
  if (names.length === 0 && !entries.some(({ line }) => line.kind === 'agent'))
    return { behind: [], used: [] };
  const noted = await noteWhatCame(ports, namedByJobs(context), entries[0]?.at ?? 0);
  for (const one of look.value.containers) {
    if (one.state !== 'exited') await ports.engine.stop(one.id, 0, context.signal);
    await ports.engine.remove(one.id);
  }
  await ports.images.removeThrowAways(ports.nomad.allocationFolder());
  if (images === 'keep') return { behind: [], used: [] };
  return { behind: [], used: await removeAllThatCame(ports, noted.entries, noted.stock) };
}

const namedByJobs = ({ facts }: StepContext): readonly string[] =>
  facts.work.known ? facts.work.value.flatMap((a) => a.tasks.flatMap((t) => t.image ?? [])) : [];

/** The one prompt; answers what was installed and stays because the owner has come to use it. */
async function leaveAsRoot(
  entries: readonly FootprintEntry[],
  denied: readonly string[],
  { ports, signal }: StepContext,
): Promise<readonly string[]> {
  const tailnet = tailnetToLeave(entries);
  const uninstall = installsToUndo(entries);
  if (tailnet === null && denied.length === 0 && uninstall.length === 0) return [];
  const remove = denied.map((under) => ({ folder: ports.nomad.allocationFolder(), under }));
  return (await ports.privilege.leave({ tailnet, remove, uninstall }, signal)).kept;
}

/** The folders noted, and our own three also where their lines were lost. */
async function removeFolders(
  entries: readonly FootprintEntry[],
  { ports }: StepContext,
): Promise<readonly string[]> {
  const noted = entries.toReversed().flatMap(({ line }) => (line.kind === 'folder' ? [line.path] : []));
  const denied: string[] = [];
  for (const path of new Set([...noted, ports.folders.agent, ports.folders.secrets, ports.shelf.folder])) {
    if ((await ports.folders.remove(path)) === 'denied') denied.push(path);
  }
  return denied;
}
