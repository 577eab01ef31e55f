// The measured figures beside what they may be, as a table for people.

/** What each figure may be at most, and where it is found in the result. */
export const budgets = [
  {
    what: 'time to the icon, against bare Electron',
    at: ['start', 'checkout', 'trayRatio'],
    most: 1.25,
    unit: '×',
  },
  { what: '… from the package', at: ['start', 'packaged', 'trayRatio'], most: 1.25, unit: '×' },
  {
    what: 'memory of the app, against bare Electron',
    at: ['rest', 'checkout', 'shellRatio'],
    most: 1.05,
    unit: '×',
  },
  { what: '… from the package', at: ['rest', 'packaged', 'shellRatio'], most: 1.05, unit: '×' },
  { what: 'memory of app and host', at: ['rest', 'checkout', 'bothRatio'], most: 1.6, unit: '×' },
  { what: '… from the package', at: ['rest', 'packaged', 'bothRatio'], most: 1.35, unit: '×' },
  {
    what: 'processor of app and host while sharing',
    at: ['rest', 'checkout', 'cpuPercent'],
    most: 0.3,
    unit: '% of a core',
  },
  { what: '… from the package', at: ['rest', 'packaged', 'cpuPercent'], most: 0.3, unit: '% of a core' },
  { what: 'window opened again', at: ['reopen'], most: 250, unit: 'ms' },
  { what: 'host alone, memory of its own', at: ['host', 'privateDirtyMiB'], most: 60, unit: 'MiB' },
  {
    what: 'requests to Nomad while nothing happens',
    at: ['host', 'nomadRequestsPerMinute'],
    most: 6,
    unit: 'a minute',
  },
  { what: 'a year’s ledger opened', at: ['ledger', 'openMs'], most: 200, unit: 'ms' },
  {
    what: 'pause to graphics card free, against nomad node drain',
    at: ['pause', 'ratio'],
    most: 1,
    unit: '×',
  },
  { what: 'pause to graphics card free', at: ['pause', 'freeMs'], most: 1000, unit: 'ms' },
];

const find = (result, at) => at.reduce((value, name) => value?.[name], result);

/** One line a figure: what, median, least to greatest, the most allowed, and whether it is kept. Parts not measured say why. */
export function table(result) {
  const rows = budgets.flatMap(({ what, at, most, unit }) => {
    const value = find(result, at);
    if (!value) return [];
    const kept = value.median <= most ? 'kept' : 'NOT KEPT';
    return [[what, `${value.median} ${unit}`, `${value.min} … ${value.max}`, `≤ ${most}`, kept]];
  });
  const head = ['figure', 'median', 'least … greatest', 'at most', ''];
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i].length)));
  const line = (row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd();
  const absent = Object.entries(result).filter(([, value]) => value?.notMeasured);
  return [
    line(head),
    ...rows.map(line),
    ...absent.map(([name, { notMeasured }]) => `not measured: ${name}: ${notMeasured}`),
  ].join('\n');
}
