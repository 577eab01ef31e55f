import { dirname } from 'node:path';
import { type Problem, problem } from '../../../contract/problems.ts';
import { emptyIntent, type Intent, intentSchema, type StoredIntent } from '../../core/intent.ts';
import type { Files } from '../../core/ports/files.ts';
import type { IntentStore } from '../../core/ports/stores.ts';
import { oneAtATime } from './one-at-a-time.ts';

/**
 * The intent in one JSON file with a second copy beside it. Without an intent the host leaves its pool, so that one
 * damaged file must not be taken for "nothing wanted": then the copy holds.
 */
export function createIntentStore(file: string, files: Files): IntentStore {
  const copy = `${file}.copy`;
  const inTurn = oneAtATime();
  return {
    load: () =>
      inTurn(async () => {
        await files.privateFolder(dirname(file));
        const [first, second] = [await readIntent(file, files), await readIntent(copy, files)];
        const intent = first.intent ?? second.intent;
        const problems = [first.problem, second.problem].filter((p) => p !== null);
        // Where the disk is full the copy still holds, and the next save mends it.
        if (first.intent === null && intent !== null)
          await files.replace(file, textOf(intent)).catch(() => undefined);
        return {
          value: intent ?? emptyIntent,
          problem: problems[0] ?? lost(first.intent, second.intent, file),
        };
      }),
    save: (intent) =>
      inTurn(async () => {
        const text = textOf(intent);
        await files.privateFolder(dirname(file));
        // Nothing wanted is no file. The copy goes first: alone it would be taken for a first one that was lost.
        if (text === textOf(emptyIntent)) {
          await files.remove(copy);
          return files.remove(file);
        }
        await files.replace(file, text);
        await files.replace(copy, text);
      }),
  };
}

interface Read {
  readonly intent: StoredIntent | null;
  readonly problem: Problem | null;
}

async function readIntent(path: string, files: Files): Promise<Read> {
  const text = await files.read(path);
  if (text === null) return { intent: null, problem: null };
  const intent = parse(text);
  if (intent !== null) return { intent, problem: null };
  return { intent: null, problem: problem('settings-damaged', await files.moveAside(path)) };
}

/** The first file is gone though its copy is there: somebody removed it. */
function lost(first: StoredIntent | null, second: StoredIntent | null, file: string): Problem | null {
  return first === null && second !== null ? problem('settings-damaged', file) : null;
}

function parse(text: string): StoredIntent | null {
  try {
    const parsed = intentSchema.safeParse(JSON.parse(text));
    return parsed.success ? withoutSecrets(parsed.data) : null;
  } catch {
    return null;
  }
}

/** What lasts of an intent, as text. Parsed again, so that what ends with this host and what is unknown stays out. */
function textOf(intent: Intent): string {
  return `${JSON.stringify(withoutSecrets(intentSchema.parse(intent)), null, 2)}\n`;
}

/** Secrets lie in their own store; here they are taken out again, whoever passed them. */
function withoutSecrets(intent: StoredIntent): StoredIntent {
  if (intent.pool === null) return intent;
  const { invite } = intent.pool;
  const { authKey: _key, ...tailnet } = invite.tailnet;
  const { tls: _tls, introductionToken: _token, ...nomad } = invite.nomad;
  return { ...intent, pool: { ...intent.pool, invite: { ...invite, tailnet, nomad } } };
}
