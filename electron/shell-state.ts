import type { AppState } from '../contract/app-state.ts';
import type { Problem } from '../contract/problems.ts';

/** What the shell knows: of the host, and through it of everything else. */
export type ShellState =
  /** The host is looked for, or is on its way up. */
  | { readonly host: 'starting' }
  /** It was there and vanished; it is started again. */
  | { readonly host: 'lost' }
  /** Somebody stopped it on purpose; it stays so until it is asked for. */
  | { readonly host: 'stopped' }
  /** It cannot be had. */
  | { readonly host: 'down'; readonly problem: Problem }
  | { readonly host: 'up'; readonly app: AppState; readonly sameVersion: boolean }
  /** The person asked to stop sharing and quit: the GPU is being freed. */
  | { readonly host: 'stopping'; readonly app: AppState };
