// A host's hands without its head: runs as the owner on a computer of the test and does, with the real adapters, what
// it is told on its standard input, one JSON line each. Bundled into one file by `bundle.ts`.
import { createInterface } from 'node:readline';
import { ProblemError } from '../../contract/problems.ts';
import type { EnterTailnet, Entering, LeaveTailnet, TailnetWanted } from '../../host/core/ports/tailnet.ts';
import { createPrivilege } from '../../host/adapters/privilege/privilege.ts';
import { createTailnet } from '../../host/adapters/tailscale/tailnet.ts';
import { createWorld } from '../../host/adapters/world/index.ts';

/** What the driver can be told. */
export type Order =
  | { readonly do: 'enter'; readonly request: EnterTailnet }
  | { readonly do: 'finish'; readonly word: 'connected' | 'undo' }
  | { readonly do: 'look'; readonly wanted: TailnetWanted | null }
  | { readonly do: 'switch'; readonly profile: string }
  | {
      readonly do: 'leave';
      readonly tailnet: LeaveTailnet | null;
      readonly remove: readonly { readonly folder: string; readonly under: string }[];
    };

const [socket = '', file = ''] = process.argv.slice(2);
const world = createWorld({ tailscaledSocket: () => socket, engineSocket: () => null, env: process.env });
const tailnet = createTailnet(world);
const privilege = createPrivilege(world, {
  file,
  node: process.execPath,
  electron: false,
  env: process.env,
  socket: () => socket,
});
const never = new AbortController().signal;
let entering: Entering | undefined;

const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

async function obey(order: Order): Promise<void> {
  switch (order.do) {
    case 'enter':
      entering = privilege.enter(order.request, never);
      for await (const event of entering.events) say({ event });
      return say({ waiting: true });
    case 'finish':
      await entering?.finish(order.word);
      return say({ done: order.do });
    case 'look':
      return say({ fact: await tailnet.look(order.wanted) });
    case 'switch':
      await tailnet.switchTo(order.profile);
      return say({ done: order.do });
    case 'leave':
      await privilege.leave(order, never);
      return say({ done: order.do });
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    await obey(JSON.parse(line) as Order);
  } catch (error) {
    if (error instanceof ProblemError) say({ problem: error.problem });
    else say({ thrown: error instanceof Error ? error.stack : String(error) });
  }
}
