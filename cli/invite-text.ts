import { open } from 'node:fs/promises';
import { problem, ProblemError } from '../contract/problems.ts';
import { inviteMaxLength } from '../pool/contract/invite-text.ts';
import { UsageError } from './cli.ts';
import type { Speech } from './speech.ts';
import type { Terminal } from './terminal.ts';

/**
 * The invite in a file, or on standard input for `-`.
 * What stands on a command line every user of the computer can read, so an invite is never taken from there.
 */
export async function readInviteText(
  file: string,
  terminal: Pick<Terminal, 'readAll'>,
  { text }: Speech,
): Promise<string> {
  if (/^\s*(?:rigshare:|\{)/i.test(file)) throw new UsageError(`${text('cli.linkRefused')}\n${examples}`);
  const invite = file === '-' ? await terminal.readAll(inviteMaxLength) : await readFileText(file, text);
  if (invite.length > inviteMaxLength)
    throw new ProblemError(problem('invite-too-large', `> ${inviteMaxLength}`));
  return invite;
}

const examples = '  rigshare join invite.rigshare\n  rigshare join - < invite.rigshare';

async function readFileText(path: string, text: Speech['text']): Promise<string> {
  try {
    const file = await open(path);
    try {
      // A character has at most four bytes; a device or a huge file is not read to its end.
      const { buffer, bytesRead } = await file.read(Buffer.alloc(inviteMaxLength * 4 + 4));
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(text('cli.fileUnreadable', { file: path, code }));
  }
}
