/** A profile's preferences, in tailscaled's own shape. */
export interface Prefs {
  readonly ControlURL: string;
  readonly RouteAll: boolean;
  readonly ExitNodeID: string;
  readonly ExitNodeIP: string;
  readonly CorpDNS: boolean;
  readonly RunSSH: boolean;
  readonly RunWebClient: boolean;
  readonly WantRunning: boolean;
  readonly LoggedOut: boolean;
  readonly ShieldsUp: boolean;
  readonly AdvertiseTags: readonly string[] | null;
  readonly Hostname: string;
  readonly AdvertiseRoutes: readonly string[] | null;
  readonly NoSNAT: boolean;
  readonly NoStatefulFiltering: boolean | null;
  readonly NetfilterMode: number;
  readonly OperatorUser: string;
  readonly ProfileName: string;
  readonly AutoUpdate: { readonly Check: boolean; readonly Apply: boolean | null };
}

/** What a new profile prefers. */
export const newPrefs: Prefs = {
  ControlURL: 'https://controlplane.tailscale.com',
  RouteAll: false,
  ExitNodeID: '',
  ExitNodeIP: '',
  CorpDNS: true,
  RunSSH: false,
  RunWebClient: false,
  WantRunning: false,
  LoggedOut: true,
  ShieldsUp: false,
  AdvertiseTags: null,
  Hostname: '',
  AdvertiseRoutes: null,
  NoSNAT: false,
  NoStatefulFiltering: true,
  NetfilterMode: 2,
  OperatorUser: '',
  ProfileName: '',
  AutoUpdate: { Check: true, Apply: null },
};

/** The part of a masked change that it names: each field counts where `<field>Set` is true. */
export function masked(prefs: Prefs, change: Readonly<Record<string, unknown>>): Prefs {
  const set = Object.keys(change).filter((key) => key.endsWith('Set') && change[key] === true);
  const fields = set.map((key) => key.slice(0, -3)).filter((key) => key in prefs);
  return { ...prefs, ...Object.fromEntries(fields.map((key) => [key, change[key] ?? null])) };
}
