import { fail, type ProblemCode } from '../../../contract/problems.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { sameServer } from './control-server.ts';
import { type Dialogue, silentWithinMs } from './dialogue.ts';
import type { DaemonStatus, LocalApi, Profile } from './local-api.ts';
import type { EnterTask } from './protocol.ts';

const lookEveryMs = 500;
const personWithinMs = 30 * 60_000;
const tagWithinMs = 5_000;

/** Follows a sign-in that has begun until it runs with the pool's tag. Throws a problem, or `Undone`. */
export async function signIn(
  api: LocalApi,
  clock: Clock,
  task: EnterTask,
  dialogue: Dialogue,
  others: readonly Profile[],
): Promise<void> {
  const refusals = new Refusals(api, clock);
  try {
    await new SignIn(api, clock, task, dialogue, others).follow(() => refusals.first);
  } finally {
    refusals.stop();
  }
}

/** One sign-in on its way. */
class SignIn {
  readonly #api: LocalApi;
  readonly #clock: Clock;
  readonly #task: EnterTask;
  readonly #dialogue: Dialogue;
  readonly #others: readonly Profile[];
  #profile: string | null = null;
  #url = '';
  #waits = false;
  #person = false;
  #runsSince: number | null = null;

  constructor(api: LocalApi, clock: Clock, task: EnterTask, dialogue: Dialogue, others: readonly Profile[]) {
    this.#api = api;
    this.#clock = clock;
    this.#task = task;
    this.#dialogue = dialogue;
    this.#others = others;
  }

  async follow(refusal: () => string | null): Promise<void> {
    for (;;) {
      this.#dialogue.check();
      const status = await this.#api.status();
      const refused = refusal();
      if (refused !== null)
        fail(this.#task.authKey === null ? 'tailnet-sign-in' : 'tailnet-key-refused', refused);
      await this.#note(status);
      if (status.BackendState === 'Running' && (await this.#runs(status))) return;
      if (this.#dialogue.late) fail(whyLate(status), status.BackendState);
      await this.#dialogue.pause(lookEveryMs);
    }
  }

  /** Tells of the profile as soon as there is one, and of each page that a person has to visit. */
  async #note(status: DaemonStatus): Promise<void> {
    const url = status.BackendState === 'Running' ? '' : (status.AuthURL ?? '');
    this.#waitForPerson(url !== '' || status.BackendState === 'NeedsMachineAuth');
    const { leftMs: withinMs } = this.#dialogue;
    if (url !== '' && url !== this.#url) await this.#dialogue.tell({ kind: 'sign-in', url, withinMs });
    this.#url = url;
    const waits = status.BackendState === 'NeedsMachineAuth';
    if (waits && !this.#waits) await this.#dialogue.tell({ kind: 'approval', withinMs });
    this.#waits = waits;
    await this.#noteProfile();
  }

  #waitForPerson(person: boolean): void {
    if (person === this.#person) return;
    this.#person = person;
    this.#dialogue.allow(person ? personWithinMs : silentWithinMs);
  }

  async #noteProfile(): Promise<void> {
    if (this.#profile !== null) return;
    const current = await this.#api.current();
    if (current === null) return;
    // The sign-in landed in a profile that was there: it is the owner's own node that was taken over.
    if (this.#others.some((one) => one.ID === current.ID)) fail('tailnet-took-over', current.ID);
    this.#profile = current.ID;
    await this.#dialogue.tell({ kind: 'profile', newProfile: current.ID });
  }

  /** Whether it runs as it should; the tag may come a moment after the state. */
  async #runs({ Self: self, AuthURL: url }: DaemonStatus): Promise<boolean> {
    const nodeId = self?.ID ?? '';
    if (this.#profile === null || nodeId === '' || (url ?? '') !== '') return false;
    // Node ids are a control server's own: another server's equal one says nothing.
    const near = this.#others.filter((one) => sameServer(one.ControlURL, this.#task.controlUrl));
    if (near.some((one) => one.NodeID === nodeId)) fail('tailnet-took-over', nodeId);
    const tags = self?.Tags ?? [];
    if (!tags.includes(this.#task.tag)) {
      this.#runsSince ??= this.#clock.monotonic();
      if (this.#clock.monotonic() - this.#runsSince < tagWithinMs) return false;
      fail('tailnet-tag-missing', `${this.#task.tag} expected, ${tags.join(', ') || 'none'} given`);
    }
    await this.#dialogue.tell({ kind: 'running', nodeId });
    return true;
  }
}

function whyLate({ BackendState: state }: DaemonStatus): ProblemCode {
  if (state === 'NeedsMachineAuth') return 'tailnet-needs-approval';
  return state === 'NeedsLogin' ? 'tailnet-sign-in' : 'tailnet-unreachable';
}

/** What the control server refused, read from the daemon's bus, which alone tells it. */
class Refusals {
  first: string | null = null;
  readonly #end = new AbortController();

  constructor(api: LocalApi, clock: Clock) {
    void this.#read(api, clock);
  }

  stop(): void {
    this.#end.abort();
  }

  async #read(api: LocalApi, clock: Clock): Promise<void> {
    while (!this.#end.signal.aborted && this.first === null) {
      try {
        for await (const words of api.refusals(this.#end.signal)) {
          this.first ??= words;
          return;
        }
      } catch {
        // A bus that dropped is opened again: a refusal is repeated as long as it holds.
      }
      await clock.sleep(lookEveryMs, this.#end.signal);
    }
  }
}
