import { Notification } from 'electron';
import { nothingSeen, notesFor, type NotesMemory } from './notes.ts';
import type { ShellState } from './shell-state.ts';
import type { Speech } from './tray-view.ts';

/** Shows what is worth a notification, state by state. */
export class Notifications {
  readonly #icon: string;
  readonly #clicked: () => void;
  /** A notification that nobody holds is collected, and its click with it. */
  readonly #shown = new Set<Notification>();
  #memory: NotesMemory = nothingSeen;

  /** `icon` is a file; `clicked` opens the window. */
  constructor(icon: string, clicked: () => void) {
    this.#icon = icon;
    this.#clicked = clicked;
  }

  /** Takes the next state. */
  update(state: ShellState, speech: Speech, isLookedAt: boolean): void {
    const { note, memory } = notesFor(this.#memory, state, speech, isLookedAt);
    this.#memory = memory;
    if (note !== null) this.show(note.title, note.body);
  }

  /** Shows a notification; a desktop without them shows none. */
  show(title: string, body: string): void {
    if (!Notification.isSupported()) return;
    const one = new Notification({ title, body, icon: this.#icon });
    this.#shown.add(one);
    one.on('click', this.#clicked);
    for (const over of ['click', 'close'] as const) one.on(over as 'close', () => this.#shown.delete(one));
    one.show();
  }
}
