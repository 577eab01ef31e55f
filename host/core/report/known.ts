import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import type { Machine } from '../ports/world.ts';
import type { Kind, Known } from './redaction.ts';

/** What tells who the owner is, and whose pool and work it is. */
export interface Telling {
  readonly intent: Intent;
  readonly facts: Facts;
  readonly machine: Pick<Machine, 'user' | 'hostname'>;
  readonly home: string;
  readonly secrets: readonly string[];
  /** Jobs that ended. */
  readonly past: readonly { readonly job: string; readonly image: string | null }[];
}

/** Words that name nobody, whatever somebody called a computer or themselves. */
const common: ReadonlySet<string> = new Set([
  'root',
  'localhost',
  'server',
  'nomad',
  'client',
  'pool',
  'host',
  'agent',
  'control',
  'docker',
  'user',
  'admin',
  'global',
  'default',
]);

/** Every word that must not leave this computer in a report. */
export function knownWords(telling: Telling): readonly Known[] {
  const { machine, home, secrets, past } = telling;
  return [
    ...named('secret', secrets),
    ...named('home', [home]),
    ...named('user', [machine.user]),
    ...named('computer', [machine.hostname]),
    ...poolWords(telling.intent),
    ...networkWords(telling.facts),
    ...workWords(telling.facts),
    ...named(
      'job',
      past.map(({ job }) => job),
    ),
    ...named(
      'image',
      past.map(({ image }) => image),
    ),
  ].filter(({ kind, word }) => kind === 'secret' || kind === 'home' || !common.has(word.toLowerCase()));
}

function poolWords({ pool, nodeName }: Intent): readonly Known[] {
  if (pool === null) return named('name', [nodeName]);
  const { pool: about, contributor, tailnet, nomad, service } = pool.invite;
  return [
    ...named('name', [about.name, about.operator, about.id, contributor?.id, contributor?.displayName]),
    ...named('mail', [about.contact]),
    ...named('name', [nomad.nodeName, nodeName]),
    ...named('name', [tailnet.controlUrl, service?.url].map(hostOf)),
    ...named(
      'name',
      nomad.servers.map(({ host }) => host),
    ),
  ];
}

function networkWords({ tailnet, footprint }: Facts): readonly Known[] {
  const peers = tailnet.known ? Object.keys(tailnet.value.peers) : [];
  const entries = footprint.known ? footprint.value : [];
  const urls = entries.flatMap(({ line }) => ('controlUrl' in line ? [hostOf(line.controlUrl)] : []));
  return named('name', [...peers, ...urls]);
}

function workWords({ work, engine, gpus }: Facts): readonly Known[] {
  const running = work.known ? work.value : [];
  const others = engine.known ? engine.value.others : [];
  const containers = engine.known ? engine.value.containers : [];
  const processes = gpus.known ? (gpus.value.processes ?? []) : [];
  return [
    ...named(
      'job',
      running.flatMap(({ job, group, tasks }) => [job, group, ...tasks.map(({ name }) => name)]),
    ),
    ...named('image', [
      ...running.flatMap(({ tasks }) => tasks.map(({ image }) => image)),
      ...containers.map(({ image }) => image),
      ...others.map(({ image }) => image),
    ]),
    ...named('program', [...others.map(({ name }) => name), ...processes.map(({ name }) => name)]),
  ];
}

const named = (kind: Kind, words: readonly (string | null | undefined)[]): readonly Known[] =>
  words.flatMap((word) => (word == null || word === '' ? [] : [{ kind, word }]));

const hostOf = (url: string | undefined): string | undefined =>
  url === undefined ? undefined : /^\w+:\/\/\[?([^/:\]]+)/.exec(url)?.[1];
