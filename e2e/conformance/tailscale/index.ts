import type { Statement, TailnetSubject } from '../subject.ts';
import { asking } from './asking.ts';
import { path } from './path.ts';
import { signingIn } from './signing-in.ts';
import { staying } from './staying.ts';

/** All that we rely on of tailscaled and its control server, by what it is about. */
export const tailscaleStatements: Readonly<Record<string, readonly Statement<TailnetSubject>[]>> = {
  'asking the daemon': asking,
  'signing in': signingIn,
  'the way to a server': path,
  'staying connected': staying,
};
