import type { Work } from '../../contract/app-state.ts';
import type { CheckResult } from '../../contract/checks.ts';
import type { Consent, ConsentCard, ConsentChange } from '../../contract/consent.ts';
import type { Day, EarningsSummary, LedgerRow } from '../../contract/earnings.ts';
import type { InvitePreview } from '../../contract/invite-preview.ts';
import { gpu, job } from './states.ts';

const minute = 60_000;
const hour = 60 * minute;
const price = 220_000;

/** Jobs that ended, newest first. */
export function pastWork(now: number): readonly Work[] {
  const ended = (id: string, minutesAgo: number, minutes: number, change: Partial<Work>): Work => {
    const since = now - minutesAgo * minute;
    return job(now, { id, state: 'ended', since, endedAt: since + minutes * minute, ...change });
  };
  return [
    ended('p-1', 120, 62, { job: 'protein-folding-6', ended: 'finished' }),
    ended('p-2', 210, 14, { job: 'render-frames-0412', ended: 'moved', restarts: 1 }),
    ended('p-3', 400, 95, { job: 'image-captions', type: 'service', ended: 'lost' }),
    ended('p-4', 1500, 3, { job: 'train-small-lm', ended: 'failed', restarts: 3 }),
    ended('p-5', 1700, 240, { job: 'protein-folding-5', ended: 'finished' }),
  ];
}

/** The stretches behind the sums, newest first. */
export function ledgerRows(now: number): readonly LedgerRow[] {
  const row = (id: string, name: string, from: number, to: number | null): LedgerRow => {
    const gpuMs = (to ?? now) - from;
    const micros = Math.floor((gpuMs * price) / hour);
    return {
      id,
      workId: id,
      job: name,
      gpu: gpu(now).uuid,
      gpuName: gpu(now).name,
      startedAt: from,
      endedAt: to,
      gpuMs,
      microsPerHour: price,
      micros,
    };
  };
  return [
    row('l-1', 'protein-folding-7', now - 47 * minute, null),
    row('l-2', 'protein-folding-6', now - 120 * minute, now - 58 * minute),
    row('l-3', 'render-frames-0412', now - 210 * minute, now - 196 * minute),
    row('l-4', 'image-captions', now - 400 * minute, now - 305 * minute),
  ];
}

/** The last `count` days, today last; busy in waves, one day idle. */
export function earnings(
  now: number,
  count: number,
  status: EarningsSummary['status'] = 'estimated',
): EarningsSummary {
  const days = Array.from({ length: count }, (_, index): Day => {
    const at = new Date(now);
    at.setDate(at.getDate() - (count - 1 - index));
    const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()]
      .map((part) => String(part).padStart(2, '0'))
      .join('-');
    const hours = index % 9 === 4 ? 0 : 2 + ((index * 7) % 11) + (index % 3) / 2;
    return { day, gpuMs: hours * hour, micros: Math.round(hours * price), jobs: Math.ceil(hours / 2) };
  });
  const add = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  return {
    currency: 'EUR',
    status,
    days,
    gpuMs: add(days.map((day) => day.gpuMs)),
    micros: add(days.map((day) => day.micros ?? 0)),
    jobs: add(days.map((day) => day.jobs)),
  };
}

/** What a full invite would do. */
export function preview(now: number): InvitePreview {
  return {
    pool: {
      id: 'aurora',
      name: 'Aurora',
      operator: 'Aurora Computing e.V.',
      contact: 'hello@aurora.example',
    },
    contributor: 'Mira',
    uses: 'one',
    expiresAt: now + 6 * 24 * hour,
    prices: {
      currency: 'EUR',
      perGpuHour: [
        { gpuType: 'default', micros: 90_000 },
        { gpuType: 'nvidia-geforce-rtx-4090', micros: 220_000 },
        { gpuType: 'nvidia-geforce-rtx-3060', micros: 60_000 },
      ],
    },
    connects: [
      { what: 'control', host: 'net.aurora.example', port: 443, protocol: 'tcp' },
      { what: 'nomad', host: 'server-1.aurora.internal', port: 4647, protocol: 'tcp' },
      { what: 'nomad', host: 'server-2.aurora.internal', port: 4647, protocol: 'tcp' },
      { what: 'pool-service', host: 'pool.aurora.internal', port: 8443, protocol: 'tcp' },
    ],
    shieldsUp: true,
    ownersMayReadLogs: false,
    peers: false,
    signIn: 'key',
    nodeName: 'miras-desk',
  };
}

/** What joining would mean for a computer with two cards, one of which drives the screen. */
export const consent: Consent = {
  nodeName: { name: 'quiet-otter-4821', editable: true, system: 'miras-desk' },
  cards: [
    card('GPU-0a1b2c3d-0000-4000-8000-000000000000', 'NVIDIA GeForce RTX 4090', 24_564, {}),
    card('GPU-9f8e7d6c-0000-4000-8000-000000000001', 'NVIDIA GeForce RTX 3060', 12_288, {
      display: true,
      shared: false,
      why: 'display',
    }),
  ],
  cardsProblem: null,
  whenIdle: false,
  leaves: { name: 'mira@example.com', uses: [{ what: 'routes', name: null }] },
  sessionAtRisk: false,
  changes: [
    change('source', '/etc/apt/sources.list.d/tailscale.list, /usr/share/keyrings/tailscale.gpg', {
      from: 'pkgs.tailscale.com',
    }),
    change('setting', '/etc/docker/daemon.json'),
    change('note', '/var/lib/rigshare/installed.json'),
    change('network', 'net.aurora.example'),
    change('operatorOwn', 'mira'),
    change('program', 'Nomad', {
      publisher: 'HashiCorp',
      version: '2.0.5',
      licence: 'BUSL-1.1',
      bytes: 48_000_000,
      from: 'releases.hashicorp.com',
    }),
    change('agent', 'Nomad'),
    change('group', 'docker'),
    change('folder', '/home/mira/.local/share/rigshare/agent'),
  ],
  rights: 'group',
  prompts: { join: 1, leave: 1 },
  newLogin: false,
};

function card(uuid: string, name: string, memoryMib: number, other: Partial<ConsentCard>): ConsentCard {
  return { uuid, name, memoryMib, display: false, shared: true, why: null, choice: true, ...other };
}

function change(
  what: ConsentChange['what'],
  name: string,
  other: Partial<ConsentChange> = {},
): ConsentChange {
  return { what, name, publisher: null, version: null, licence: null, bytes: null, from: null, ...other };
}

/** Results of looking at a computer on which no container engine runs. */
export const checkResults: readonly CheckResult[] = [
  { id: 'gpu', state: 'passed', found: 'NVIDIA GeForce RTX 4090, 24 GB', problem: null },
  {
    id: 'engine',
    state: 'problem',
    found: null,
    problem: { code: 'engine-missing', remedy: 'start-engine', detail: '/var/run/docker.sock' },
  },
  { id: 'nvidia-runtime', state: 'not-applicable', found: null, problem: null },
  { id: 'tailscale', state: 'passed', found: '1.98.9', problem: null },
  { id: 'nomad', state: 'passed', found: '2.0.5', problem: null },
  { id: 'disk', state: 'passed', found: '212 GB', problem: null },
  { id: 'administrator', state: 'passed', found: null, problem: null },
];
