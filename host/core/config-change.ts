import {
  configReasons,
  type ConfigChange,
  type ConfigDifference,
  type ConfigLine,
  type ConfigReason,
} from '../../contract/configuration.ts';

/** What each setting is about; the first that fits. What fits none is of the program's own version. */
const about: readonly (readonly [RegExp, ConfigReason])[] = [
  [/^name$/, 'name'],
  [/^client\.meta\.(gpu-|rigshare\.gpu)|^plugin\.nomad-device-nvidia\./, 'gpus'],
  [/^client\.(reserved\.|node_max_allocs$)/, 'limits'],
  [
    /^advertise\.|^client\.(meta\.(unique\.)?tailscale-ip$|network_interface$|server_join\.retry_join$)/,
    'address',
  ],
  [/^ports\./, 'port'],
  [/^(region|datacenter)$|^tls\.|^client\.(node_pool$|meta\.)/, 'invite'],
];

/** The settings that differ, in the order of the new ones, those that are gone last. */
export function differences(
  before: readonly ConfigLine[],
  after: readonly ConfigLine[],
): readonly ConfigDifference[] {
  const [from, to] = [mapOf(before), mapOf(after)];
  const changed = [...to]
    .filter(([key, value]) => from.get(key) !== value)
    .map(([key, value]) => ({ key, from: from.get(key) ?? null, to: value }));
  const gone = [...from]
    .filter(([key]) => !to.has(key))
    .map(([key, value]) => ({ key, from: value, to: null }));
  return [...changed, ...gone];
}

/** The change from one configuration to another, and why by what differs; null where nothing does. */
export function changeBetween(
  before: readonly ConfigLine[],
  after: readonly ConfigLine[],
  at: number | null,
): ConfigChange | null {
  const lines = differences(before, after);
  if (lines.length === 0) return null;
  const why = new Set(lines.map(reasonOf));
  // Addresses have the port behind them: where that alone moved, the address did not.
  if (why.has('port') && !lines.some((line) => reasonOf(line) === 'address' && hostMoved(line)))
    why.delete('address');
  return { why: configReasons.filter((reason) => why.has(reason)), lines: [...lines], at };
}

const reasonOf = ({ key }: ConfigDifference): ConfigReason =>
  about.find(([pattern]) => pattern.test(key))?.[1] ?? 'program';

const hostMoved = ({ from, to }: ConfigDifference): boolean => withoutPort(from) !== withoutPort(to);
const withoutPort = (address: string | null): string | undefined => address?.replace(/:\d+$/, '');

const mapOf = (lines: readonly ConfigLine[]): ReadonlyMap<string, string> =>
  new Map(lines.map(({ key, value }) => [key, value]));
