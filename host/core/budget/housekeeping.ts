import type { Settings } from '../../../contract/app-state.ts';
import { usualLimits } from '../../../contract/usual.ts';
import { fresh, type Facts } from '../facts.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import type { AllocationSample, Nomad } from '../ports/nomad.ts';
import type { Folders, Log } from '../ports/stores.ts';
import type { Reconciler } from '../reconciler.ts';
import { cameEntries } from './came.ts';
import { hasEnded, imagesOf, keyOf, mayClean, programsIn } from './house-facts.ts';
import { imageNamed } from './image-names.ts';
import { budgetBytes } from './limits.ts';
import { noteWhatCame, noteWhatIsOwn, type Noted, type NotingPorts } from './noting.ts';
import { removeImage } from './removing.ts';
import { UseTimes } from './use-times.ts';
import { bytesToFree, fuller, whatGoes, type DiskRoom, type Kept } from './what-goes.ts';

/** What the house is kept with. */
export interface HousekeepingParts extends NotingPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly folders: Pick<Folders, 'agent' | 'disk' | 'bytes' | 'remove'>;
  readonly files: Pick<Files, 'read' | 'replace'>;
  readonly nomad: Pick<Nomad, 'allocationIds' | 'allocationFolder'>;
  readonly reconciler: Reconciler;
  readonly settings: () => Settings;
}

/** How often the disk is looked at while nothing happens, ms. */
const lookMs = 300_000;

/** How often it is looked for images that came without a job, ms. */
const ownMs = 30_000;

/** A folder of a job that the pool has not told of is a beginning one's for so long, ms. */
const beginsMs = 300_000;

/** How long until what failed, or had to wait, is tried again, ms. */
const againMs = 30_000;

/** What the last note may have missed is asked for again, ms. */
const overlapMs = 10_000;

/**
 * Beside the loop: notes what came with jobs when the work changes, and keeps images and folders of ended jobs within
 * their budget. Nothing is removed while a pause, an end or leaving is under way; what was begun is broken off then.
 */
export class Housekeeping {
  #seenKey = '';
  #turn: Promise<void> = Promise.resolve();
  #notedAt = 0;
  #sizes = new Map<string, number>();
  /** Jobs with a folder here that the pool told of once; and when the others' folders were first seen. */
  #told: ReadonlySet<string> = new Set();
  #untold: ReadonlyMap<string, number> = new Map();
  /** Images that could not be removed: somebody else has come to use them. */
  readonly #stays = new Set<string>();
  #stopListening: () => void = () => undefined;
  #cancelLook: () => void = () => undefined;
  #cancelAgain: () => void = () => undefined;
  #cancelOwn: () => void = () => undefined;
  #cleaning: AbortController | null = null;
  #closed = false;
  readonly #times: UseTimes;
  readonly #parts: HousekeepingParts;

  constructor(parts: HousekeepingParts) {
    this.#parts = parts;
    this.#times = new UseTimes(`${parts.folders.agent}/image-use.json`, parts.files);
  }

  /** Follows the facts. */
  start(): void {
    this.#stopListening = this.#parts.reconciler.onChange(() => this.#look());
    this.#later();
    this.#ownLater();
  }

  /** Stops following; what was begun is broken off. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    this.#cancelLook();
    this.#cancelAgain();
    this.#cancelOwn();
    this.#cleaning?.abort();
    await this.#turn;
  }

  #later(): void {
    this.#cancelLook();
    if (this.#closed) return;
    this.#cancelLook = this.#parts.clock.after(lookMs, () => {
      void this.#lookAtDisk().finally(() => this.#later());
    });
  }

  #ownLater(): void {
    this.#cancelOwn();
    if (this.#closed) return;
    this.#cancelOwn = this.#parts.clock.after(ownMs, () => {
      this.#turn = this.#turn
        .then(() => this.#noteOwn())
        // Without an engine's answer nothing is noted; the next look may do it.
        .catch(() => undefined)
        .finally(() => this.#ownLater());
    });
  }

  /** What its owner fetched between two jobs stays theirs, though a job uses it later. */
  async #noteOwn(): Promise<void> {
    const { facts, intent } = this.#parts.reconciler;
    const work = fresh(facts, 'work', this.#parts.clock.now());
    if (this.#closed || work === null || intent.pool === null || !facts.engine.known) return;
    const beginning = work.some((a) => a.client === 'pending');
    await noteWhatIsOwn(
      this.#parts,
      imagesOf(work),
      Math.max(0, this.#notedAt - overlapMs),
      (here) => !this.#begins(here, work) && !beginning,
    );
  }

  /** Others fill the disk too: where it is nearly full, what can go goes. */
  async #lookAtDisk(): Promise<void> {
    const { reconciler, clock } = this.#parts;
    if (mayClean(reconciler, clock.now()) && bytesToFree([], 0, await this.#disk()) > 0) this.#keep();
  }

  /** Our disk, or the engine's where that is fuller: it may keep images on another. */
  async #disk(): Promise<DiskRoom | null> {
    const { folders, reconciler } = this.#parts;
    const { engine } = reconciler.facts;
    const root = engine.known ? (engine.value.dataRoot ?? null) : null;
    return fuller(await folders.disk(), root === null ? null : await folders.disk(root));
  }

  /** Only at what is new. */
  #look(): void {
    const { reconciler, clock, settings } = this.#parts;
    if (!mayClean(reconciler, clock.now())) this.#cleaning?.abort();
    const { facts } = reconciler;
    if (this.#closed || !facts.work.known || !facts.engine.known) return;
    const key = keyOf(facts, settings());
    if (key === this.#seenKey) return;
    this.#seenKey = key;
    this.#keep();
  }

  #keep(): void {
    this.#turn = this.#turn.then(() => this.#keepHouse()).catch((error: unknown) => this.#complain(error));
  }

  async #keepHouse(): Promise<void> {
    const { reconciler, clock } = this.#parts;
    const { facts } = reconciler;
    const work = fresh(facts, 'work', clock.now());
    // Of a list that is old nobody knows what is still in use.
    if (this.#closed || work === null || reconciler.intent.pool === null) return;
    const named = imagesOf(work);
    const at = clock.now();
    const noted = await noteWhatCame(this.#parts, named, Math.max(0, this.#notedAt - overlapMs));
    this.#notedAt = at;
    const kept = await this.#kept(noted, facts, work);
    const disk = await this.#disk();
    const limits = this.#parts.settings().limits ?? usualLimits;
    const sum = (kind: Kept['kind']) =>
      kept.reduce((bytes, one) => bytes + (one.kind === kind ? one.bytes : 0), 0);
    const budget = budgetBytes(limits, disk?.freeBytes ?? null, sum('image') + sum('folder'));
    const use = { budgetBytes: budget, imageBytes: sum('image'), folderBytes: sum('folder') };
    if (JSON.stringify(use) !== JSON.stringify(facts.budget)) reconciler.see({ budget: use });
    const going = whatGoes(kept, budget, disk);
    // What a job that just begins needs is not known yet.
    const begins = this.#begins(await this.#parts.nomad.allocationIds(), work);
    if (going.length === 0 || !mayClean(reconciler, clock.now())) return;
    if (begins) this.#again();
    else await this.#clean(going, noted);
  }

  /** Whether a job begins of which the pool has not told yet: its folder is made before. */
  #begins(here: readonly string[], work: readonly AllocationSample[]): boolean {
    const now = this.#parts.clock.monotonic();
    this.#told = new Set(here.filter((id) => this.#told.has(id) || work.some((a) => a.id === id)));
    const untold = here.filter((id) => !this.#told.has(id));
    this.#untold = new Map(untold.map((id) => [id, this.#untold.get(id) ?? now]));
    return [...this.#untold.values()].some((at) => now - at < beginsMs);
  }

  /** What counts: images that came with jobs, and folders of jobs that ended. */
  async #kept(
    { entries, stock, use }: Noted,
    facts: Facts,
    work: readonly AllocationSample[],
  ): Promise<readonly Kept[]> {
    const { nomad, clock, folders } = this.#parts;
    const now = clock.now();
    const going = work.filter((a) => !hasEnded(a.client));
    const wanted = imagesOf(going);
    const held = new Set([
      ...[...wanted, ...use.jobs.images, ...use.others.images].flatMap(
        (name) => imageNamed(stock.images, name)?.id ?? [],
      ),
    ]);
    const ids = new Map(
      cameEntries(entries).flatMap(({ at, line }) => (line.kind === 'image' ? [[line.id, at] as const] : [])),
    );
    const times = await this.#times.note(
      [...ids.keys()].filter((id) => held.has(id)),
      ids,
      now,
    );
    const images = stock.images
      .filter(({ id }) => ids.has(id))
      .map(({ id, bytes }): Kept => {
        const usedAt = times.get(id) ?? ids.get(id) ?? 0;
        return { kind: 'image', id, bytes, usedAt, inUse: held.has(id) || this.#stays.has(id) };
      });
    const running = new Set([
      ...going.map(({ id }) => id),
      ...(facts.engine.known ? facts.engine.value.containers.map((c) => c.allocation) : []),
    ]);
    const ended = (await nomad.allocationIds()).filter((id) => !running.has(id));
    const kept: Kept[] = [...images];
    for (const id of ended) {
      const bytes = this.#sizes.get(id) ?? (await folders.bytes(`${nomad.allocationFolder()}/${id}`));
      this.#sizes.set(id, bytes);
      kept.push({
        kind: 'folder',
        id,
        bytes,
        usedAt: work.find((a) => a.id === id)?.modifiedAt ?? 0,
        inUse: false,
      });
    }
    for (const id of this.#sizes.keys()) if (!ended.includes(id)) this.#sizes.delete(id);
    return kept;
  }

  async #clean(going: readonly Kept[], noted: Noted): Promise<void> {
    const cleaning = new AbortController();
    this.#cleaning = cleaning;
    try {
      await this.#parts.images.removeThrowAways(this.#parts.nomad.allocationFolder());
      for (const one of going) {
        if (cleaning.signal.aborted) return;
        const went =
          one.kind === 'image'
            ? await removeImage(this.#parts, noted.entries, noted.stock, one.id)
            : await this.#empty(one.id, noted, cleaning.signal);
        if (went === 'used' && one.kind === 'image') this.#stays.add(one.id);
        this.#parts.log.info('made room', { kind: one.kind, id: one.id, bytes: one.bytes, went });
      }
      // What is left now is measured at the next look.
      this.#seenKey = '';
    } finally {
      this.#cleaning = null;
    }
  }

  /** A folder of an ended job: as its owner, and where a container wrote as root through the engine. */
  async #empty(id: string, { entries, stock }: Noted, signal: AbortSignal): Promise<'gone' | 'used'> {
    const { folders, images, nomad } = this.#parts;
    const folder = `${nomad.allocationFolder()}/${id}`;
    if ((await folders.remove(folder)) === 'gone') return 'gone';
    for (const image of programsIn(entries, stock.images, this.#imagesOf(id))) {
      if (signal.aborted) return 'used';
      if (!(await images.emptyFolder(folder, image, signal))) continue;
      if ((await folders.remove(folder)) === 'gone') return 'gone';
    }
    // It goes when the pool is left, with the administrator's rights.
    this.#sizes.set(id, 0);
    return 'used';
  }

  #imagesOf(id: string): readonly string[] {
    const { work } = this.#parts.reconciler.facts;
    const job = work.known ? work.value.find((a) => a.id === id) : undefined;
    return job?.tasks.flatMap((t) => t.image ?? []) ?? [];
  }

  #complain(error: unknown): void {
    if (this.#closed) return;
    this.#parts.log.warn('housekeeping', { error: error instanceof Error ? error.message : String(error) });
    // An engine that answers half of what it is asked is not asked at every change.
    this.#again();
  }

  #again(): void {
    this.#cancelAgain();
    this.#cancelAgain = this.#parts.clock.after(againMs, () => {
      this.#seenKey = '';
      this.#look();
    });
  }
}
