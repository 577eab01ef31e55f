import type { CardModel, Cards, Holder, Reading } from './cards.ts';

/** What a program printed and how it ended. */
export interface Printed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The driver that the demo's cards run with. */
export const driverVersion = '570.133.07';

interface Row {
  readonly card: CardModel;
  readonly index: number;
  readonly now: Reading;
}

type Cell = readonly [value: string | number, unit?: string];
type Fields<R> = Readonly<Record<string, (row: R) => Cell>>;

const cardFields: Fields<Row> = {
  index: ({ index }) => [index],
  name: ({ card }) => [card.name],
  uuid: ({ card }) => [card.uuid],
  gpu_name: ({ card }) => [card.name],
  gpu_uuid: ({ card }) => [card.uuid],
  driver_version: () => [driverVersion],
  'pci.bus_id': ({ card }) => [card.busId],
  gpu_bus_id: ({ card }) => [card.busId],
  'memory.total': ({ card }) => [card.memoryMib, 'MiB'],
  'memory.used': ({ now }) => [now.usedMib, 'MiB'],
  'memory.free': ({ card, now }) => [card.memoryMib - now.usedMib, 'MiB'],
  'utilization.gpu': ({ now }) => [now.utilizationPercent, '%'],
  'utilization.memory': ({ now }) => [Math.round(now.utilizationPercent * 0.6), '%'],
  'temperature.gpu': ({ now }) => [now.temperatureC],
  'power.draw': ({ now }) => [now.powerW.toFixed(2), 'W'],
  'power.limit': ({ card }) => [card.maximumW.toFixed(2), 'W'],
  'fan.speed': ({ now }) => [Math.max(0, (now.temperatureC - 40) * 2), '%'],
  'mig.mode.current': () => ['[N/A]'],
  display_mode: ({ card }) => [card.display === true ? 'Enabled' : 'Disabled'],
  display_active: ({ card }) => [card.display === true ? 'Enabled' : 'Disabled'],
  pstate: ({ now }) => [now.utilizationPercent > 5 ? 'P2' : 'P8'],
  compute_mode: () => ['Default'],
  count: () => [1],
};

const appFields: Fields<Holder & { readonly row: Row }> = {
  pid: ({ pid }) => [pid],
  name: ({ name }) => [name],
  process_name: ({ name }) => [name],
  used_memory: ({ usedMib }) => [usedMib, 'MiB'],
  used_gpu_memory: ({ usedMib }) => [usedMib, 'MiB'],
  gpu_uuid: ({ row }) => [row.card.uuid],
  gpu_name: ({ row }) => [row.card.name],
  gpu_bus_id: ({ row }) => [row.card.busId],
};

/** Plays `nvidia-smi` for the simulated cards: its query forms, `-L`, and its words when the driver fails. */
export function nvidiaSmi(cards: Cards, args: readonly string[]): Printed {
  if (cards.fault !== null)
    return { exitCode: cards.fault.exitCode, stdout: `${cards.fault.text}\n`, stderr: '' };
  if (cards.models.length === 0) return refused('No devices were found', 6);
  const rows = cards.models.map((card, index): Row => ({ card, index, now: cards.read(card) }));
  const sound = rows.filter(({ card }) => !cards.lost.has(card.uuid));
  if (args.includes('-L')) {
    return printed(sound.map(({ card, index }) => `GPU ${index}: ${card.name} (UUID: ${card.uuid})`));
  }
  if (args.join(' ') === '-q -d PIDS') return printed(allProcesses(cards));
  const option = (name: string): string | undefined =>
    args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const format = (option('format') ?? '').split(',').map((word) => word.trim());
  if (!format.includes('csv'))
    return refused('"--format=" switch is missing. Please run \'nvidia-smi -h\' for help.', 1);
  const [gpus, apps] = [option('query-gpu'), option('query-compute-apps')];
  if (gpus !== undefined) return withLost(cards, table(gpus, format, cardFields, sound));
  if (apps !== undefined) {
    const held = cards.holders().flatMap((holder) => {
      const row = rows.find(({ card }) => card.uuid === holder.card);
      return row === undefined ? [] : [{ ...holder, row }];
    });
    return table(apps, format, appFields, held);
  }
  return refused("Invalid combination of input arguments. Please run 'nvidia-smi -h' for help.", 1);
}

const printed = (lines: readonly string[]): Printed => ({
  exitCode: 0,
  stdout: lines.map((line) => `${line}\n`).join(''),
  stderr: '',
});

const refused = (text: string, exitCode: number): Printed => ({ exitCode, stdout: `${text}\n`, stderr: '' });

function table<R>(query: string, format: readonly string[], fields: Fields<R>, rows: readonly R[]): Printed {
  const names = query.split(',').map((name) => name.trim());
  const unknown = names.find((name) => fields[name] === undefined);
  if (unknown !== undefined) {
    return refused(`Field "${unknown}" is not a valid field to query.\n`, 2);
  }
  const bare = format.includes('nounits');
  const text = ([value, unit]: Cell): string =>
    bare || unit === undefined ? String(value) : `${value} ${unit}`;
  const header = format.includes('noheader') ? [] : [names.join(', ')];
  const lines = rows.map((row) => names.map((name) => text(fields[name]?.(row) ?? ['[N/A]'])).join(', '));
  return printed([...header, ...lines]);
}

/** A lost card has no row, but a complaint before the others' rows, and its exit code. */
function withLost(cards: Cards, table: Printed): Printed {
  const lost = cards.models.filter(({ uuid }) => cards.lost.has(uuid));
  if (lost.length === 0 || table.exitCode !== 0) return table;
  const complaints = lost.map(
    ({ busId }) =>
      `Unable to determine the device handle for GPU${busId.slice(-12)}: GPU is lost.  Reboot the system to recover this GPU\n`,
  );
  return { ...table, exitCode: 15, stdout: complaints.join('') + table.stdout };
}

/** Every process on each card, as `-q -d PIDS` lists them. */
function allProcesses(cards: Cards): readonly string[] {
  const line = (name: string, value: string | number): string => `${name.padEnd(42)}: ${value}`;
  const head = ['', '==============NVSMI LOG==============', '', line('Driver Version', driverVersion), ''];
  const sound = cards.models.filter(({ uuid }) => !cards.lost.has(uuid));
  const sections = sound.flatMap((card) => {
    const drawing = cards.drawers
      .filter((one) => one.card === card.uuid)
      .map((one) => ({ ...one, type: 'G' }));
    const computing = cards
      .holders()
      .filter((one) => one.card === card.uuid)
      .map((one) => ({ ...one, type: 'C' }));
    const list = [...drawing, ...computing].flatMap(({ pid, type, name, usedMib }) => [
      line('        GPU instance ID', 'N/A'),
      line('        Compute instance ID', 'N/A'),
      line('        Process ID', pid),
      line('            Type', type),
      line('            Name', name),
      line('            Used GPU Memory', `${usedMib} MiB`),
    ]);
    return [
      `GPU ${card.busId}`,
      ...(list.length === 0 ? [line('    Processes', 'None')] : ['    Processes', ...list]),
      '',
    ];
  });
  return [...head, line('Attached GPUs', sound.length), ...sections];
}
