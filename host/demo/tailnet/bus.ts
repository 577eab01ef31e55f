/** States as the bus numbers them. */
export const states = [
  'NoState',
  'InUseOtherUser',
  'NeedsLogin',
  'NeedsMachineAuth',
  'Stopped',
  'Starting',
  'Running',
] as const;

/** A state's name. */
export type StateName = (typeof states)[number];

/** A message on the bus; what is not named is null. */
export type Notify = Readonly<Record<string, unknown>>;

/** What the daemon says of its health without a network. */
export const networkDown = {
  'network-status': {
    WarnableCode: 'network-status',
    Severity: 'medium',
    Title: 'Network down',
    Text: 'Tailscale cannot connect because the network is down. Check your Internet connection.',
    ImpactsConnectivity: true,
  },
};

/** What the daemon says of its health when the server refused a sign-in. */
export const loginRefused = (words: string): Readonly<Record<string, { readonly Text: string }>> => ({
  'login-state': {
    WarnableCode: 'login-state',
    Severity: 'medium',
    Text: `You are logged out. The last login error was: ${words}`,
  } as { readonly Text: string },
});

/** The daemon's bus: each message for all, or for whoever signs in. */
export class Bus {
  readonly #listeners = new Set<(message: Notify, to: string | null) => void>();

  /** Calls at each message; answers how to stop. */
  listen(call: (message: Notify, to: string | null) => void): () => void {
    this.#listeners.add(call);
    return () => void this.#listeners.delete(call);
  }

  /** Tells all, or only sessions of this actor. */
  say(message: Notify, to: string | null = null): void {
    for (const call of [...this.#listeners]) call(message, to);
  }
}
