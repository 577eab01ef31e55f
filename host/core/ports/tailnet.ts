import type { Install } from '../../../contract/installs.ts';
import type { Fact } from '../facts.ts';
import type { InstallEvent, Uninstall } from './installing.ts';

/** What the owner uses their own network for on this computer: it is away while this computer is in another. */
export interface TailnetUses {
  /** Networks that others reach through this computer. */
  readonly routes: readonly string[];
  /** Others may go to the internet through this computer. */
  readonly exitNodeOffered: boolean;
  /** The computer through which this one goes to the internet, or null. */
  readonly exitNodeUsed: string | null;
  /** Something of this computer's is served to the network, or to the whole internet. */
  readonly serve: boolean;
  readonly funnel: boolean;
  /** Others of the network may log in here by it. */
  readonly ssh: boolean;
}

/** What was seen of tailscaled, or the problem that kept us from seeing it (as an unknown fact). */
export interface TailnetSample {
  /** x.y.z */
  readonly version: string;
  readonly backend: 'no-state' | 'needs-login' | 'needs-approval' | 'stopped' | 'starting' | 'running';
  /** Whose sign-in is active: ours (by the footprint's new profile or control URL + node id), another, or none. */
  readonly active: 'ours' | 'other' | 'none';
  /** What the network in use is called; null: none is in use, or it is not told. */
  readonly network: string | null;
  /** What the owner's own network in use is used for, as far as it is told; null: the one in use is not theirs. */
  readonly uses: TailnetUses | null;
  /** Whether profiles may be read and preferences written by this user. */
  readonly operator: boolean;
  readonly selfId: string | null;
  readonly addresses: readonly string[];
  readonly tags: readonly string[];
  /** A pending sign-in page, or null. On a running node it means: removed by the pool. */
  readonly authUrl: string | null;
  readonly keyExpired: boolean;
  /** False: the control server is away; servers may still answer. */
  readonly online: boolean | null;
  /** Magic DNS name → address, of the peers in sight, without the trailing dot, plus bare host names. */
  readonly peers: Readonly<Record<string, string>>;
  /** TCP to one of the pool's servers: which one answered, or none. */
  readonly server: {
    readonly host: string;
    readonly address: string;
    readonly port: number;
    readonly ms: number;
  } | null;
  /** How packets to the pool's servers go. */
  readonly path: { readonly kind: 'direct' | 'relayed' | 'idle' | 'unknown'; readonly relay: string | null };
}

/** What the sample needs to know of the pool. */
export interface TailnetWanted {
  readonly controlUrl: string;
  readonly tag: string;
  readonly servers: readonly { readonly host: string; readonly port: number }[];
  /** From the footprint: the profile we made, or null before. */
  readonly ours: { readonly profile: string | null; readonly nodeId: string | null } | null;
}

/** tailscaled, without administrator rights. */
export interface Tailnet {
  /** Looks once (each call with its limit); an expected failure is an unknown fact with its problem. */
  look(wanted: TailnetWanted | null): Promise<Fact<TailnetSample>>;
  /** Calls at each change on tailscaled's bus until aborted; reconnects by itself. A trigger only. */
  watch(onChange: () => void, signal: AbortSignal): void;
  /** Goes to the profile with this id, or turns the connection `on`, `off`, or off and on (`again`); needs the operator's right. */
  switchTo(profile: string): Promise<void>;
}

/** What `enter` needs; the key goes by standard input. */
export interface EnterTailnet {
  /** What is installed and switched on before, in this order, under the same prompt; absent: nothing. */
  readonly installs?: readonly Install[];
  readonly controlUrl: string;
  readonly tag: string;
  readonly authKey: string | null;
  readonly hostname: string;
  readonly shieldsUp: boolean;
  /** The user who becomes operator of the new profile and of the old one. */
  readonly operator: string;
  /** Our profile of before, which no longer reaches the pool and is forgotten once the new one does; absent: there is none. */
  readonly replaces?: string;
}

/** What was so before and is now, for the footprint. */
export type EnterEvent =
  | InstallEvent
  | { readonly kind: 'before'; readonly oldProfile: string | null; readonly formerOperator: string }
  | { readonly kind: 'profile'; readonly newProfile: string }
  /** A person has this long to sign in at this page, which may be followed by a newer one. */
  | { readonly kind: 'sign-in'; readonly url: string; readonly withinMs: number }
  /** The pool's operator has this long to approve. */
  | { readonly kind: 'approval'; readonly withinMs: number }
  | { readonly kind: 'running'; readonly nodeId: string };

/** Undoing an entered network: go back to `oldProfile` (null: an empty one, stopped), forget `newProfile`, put the operator back. */
export interface LeaveTailnet {
  readonly oldProfile: string | null;
  readonly newProfile: string | null;
  /** Profiles of ours that the newest one was to replace; absent: none. */
  readonly olderProfiles?: readonly string[];
  readonly controlUrl: string;
  readonly formerOperator: string | null;
}

/** What leaving asks of root, in one run. */
export interface LeaveRequest {
  readonly tailnet: LeaveTailnet | null;
  readonly remove: readonly { readonly folder: string; readonly under: string }[];
  /** Installations of ours to take back, in this order (`installsToUndo`); absent: none. */
  readonly uninstall?: readonly Uninstall[];
}

/** What leaving left as it is, because the owner has come to use it otherwise. */
export interface LeaveReport {
  readonly kept: readonly Install[];
}

/** A dialogue with the privileged program while it enters the network. */
export interface Entering {
  /** Facts for the footprint, in order; ends when it waits for our word. Throws `ProblemError` when it failed and went back by itself. */
  readonly events: AsyncIterable<EnterEvent>;
  /** Our word: stay (and end), or go back. Resolves when it ended. Dying without a word goes back as well. */
  finish(word: 'connected' | 'undo'): Promise<void>;
}

/** How root is reached: we are it, pkexec's prompt, sudo without a password, sudo through its owner's program that asks, or not at all. */
export type PrivilegeWay = 'inline' | 'pkexec' | 'sudo' | 'sudo-ask' | null;

/** How often one run by this way asks for the administrator's password; null: it cannot be asked. */
export function promptsBy(way: PrivilegeWay): 0 | 1 | null {
  if (way === null) return null;
  return way === 'inline' || way === 'sudo' ? 0 : 1;
}

/** What needs root: a closed list, asked for once. Throws `ProblemError`: `administrator-…`, `control-server-in-use`, `tailnet-…`, `tailscale-…`. */
export interface Privilege {
  /** The way that works here now, by what is seen of this computer. */
  way(): Promise<PrivilegeWay>;
  /** Begins entering; each event is to be written to the footprint before it goes on (the program waits for `ack` inside). */
  enter(request: EnterTailnet, signal: AbortSignal): Entering;
  /** Installs and switches on, in this order, under a prompt of its own; the same rule for events. Throws `ProblemError`. */
  install(installs: readonly Install[], signal: AbortSignal): AsyncIterable<InstallEvent>;
  /** Leaves the network, removes files that containers wrote as root and takes installations back, in one run. Throws `ProblemError`. */
  leave(request: LeaveRequest, signal: AbortSignal): Promise<LeaveReport>;
}
