import { app, dialog } from 'electron';
import { phrase, problemPhrase } from '../contract/phrases.ts';
import type { Problem } from '../contract/problems.ts';
import type { Say } from '../contract/translate.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { openFile, openLink } from './links.ts';

/** Another start of the app: what it was given and where. */
interface OtherStart {
  readonly argv: readonly string[];
  readonly folder: string;
}

/** What this start would tell one that already runs. */
export const thisStart: OtherStart = { argv: process.argv.slice(1), folder: process.cwd() };

/** What the openings lead to. */
export interface OpenTo {
  /** Shows the window, at a place of the page if one is given. */
  readonly open: (hash: string) => void;
  readonly refuse: (problem: Problem) => void;
}

/** Leads everything that opens the app to its window: links and files it was or is given, and every further start. */
export class Openings {
  /** macOS tells of links and files before anything is there to show them. */
  #early: (() => void)[] = [];
  #to: OpenTo | null = null;

  constructor() {
    app.on('open-url', (event, url) => {
      event.preventDefault();
      this.#take(() => this.#link(url));
    });
    app.on('open-file', (event, file) => {
      event.preventDefault();
      this.#take(() => this.#file(file));
    });
    app.on('second-instance', (_event, _argv, _folder, told) => {
      // Chromium reorders the arguments it passes on; our own are as they were typed.
      const { argv, folder } = told as OtherStart;
      this.#take(() => this.#start(readArguments(argv, folder)));
    });
    app.on('activate', () => this.#take(() => this.#to?.open('')));
  }

  /** Begins with what this start was given; whatever came before that follows. */
  begin(args: Arguments, to: OpenTo): void {
    this.#to = to;
    this.#start(args);
    for (const one of this.#early.splice(0)) one();
  }

  /** Opens what a start was given, else the window unless it was to stay hidden. */
  #start({ links, files, hidden }: Arguments): void {
    for (const link of links) this.#link(link);
    for (const file of files) this.#file(file);
    if (links.length + files.length === 0 && !hidden) this.#to?.open('');
  }

  #take(open: () => void): void {
    if (this.#to === null) this.#early.push(open);
    else open();
  }

  #link(link: string): void {
    const opened = openLink(link);
    if ('problem' in opened) this.#to?.refuse(opened.problem);
    else this.#to?.open(opened.hash);
  }

  #file(file: string): void {
    void openFile(file).then((opened) =>
      'problem' in opened ? this.#to?.refuse(opened.problem) : this.#to?.open(opened.hash),
    );
  }
}

/** Says why an invite was not opened, without holding up anything else. */
export function sayRefused(problem: Problem, say: Say): void {
  const [message, detail] = [say(phrase('tray.openFailed')), say(problemPhrase(problem))];
  void dialog.showMessageBox({ type: 'warning', title: 'Rigshare', message, detail: `${detail}.` });
}
