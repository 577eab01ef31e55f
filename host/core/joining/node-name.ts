import { nodeNamePattern } from '../../../contract/consent-choice.ts';
import type { Intent, PoolIntent } from '../intent.ts';

const adjectives = [
  'amber',
  'brisk',
  'calm',
  'clear',
  'copper',
  'early',
  'gentle',
  'green',
  'hazel',
  'ivory',
  'lunar',
  'mild',
  'noble',
  'quiet',
  'rapid',
  'silver',
  'sunny',
  'swift',
  'tidy',
  'warm',
] as const;

const nouns = [
  'badger',
  'beaver',
  'falcon',
  'finch',
  'fox',
  'heron',
  'ibis',
  'lark',
  'lynx',
  'marten',
  'osprey',
  'otter',
  'panda',
  'plover',
  'puffin',
  'raven',
  'robin',
  'seal',
  'tern',
  'wren',
] as const;

/** A name that tells nothing of the computer or its owner: `quiet-otter-4821`. `random` answers numbers in [0, 1). */
export function randomNodeName(random: () => number): string {
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? 'computer';
  return `${pick(adjectives)}-${pick(nouns)}-${1000 + Math.floor(random() * 9000)}`;
}

/** What somebody typed as a name that a network takes (letters, digits and hyphens, at most 40), or null where nothing of it is left. */
export function tidyNodeName(typed: string): string | null {
  const tidy = typed
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return nodeNamePattern.test(tidy) ? tidy : null;
}

/**
 * This computer's name in the pool: the invite's, which is the operator's to give (a token may be bound to it), else
 * the owner's; for a pool joined by an older version, which kept none, it is made of the host name as it was then.
 */
export function nodeName(intent: Intent, pool: PoolIntent, hostname: string): string {
  return pool.invite.nomad.nodeName ?? intent.nodeName ?? tidyNodeName(hostname) ?? 'rigshare';
}
