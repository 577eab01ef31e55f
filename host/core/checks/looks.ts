import { type Fact, unseen } from '../facts.ts';
import { pathWanted } from '../network/path-wanted.ts';
import type { PathSample } from '../ports/path.ts';
import { tailnetWanted } from '../network/tailnet-wanted.ts';
import type { DiagnosisPorts, Looks, Subject } from './check.ts';

/** The looks of one run: each made once, when it is first asked for. */
export function looksOf(ports: DiagnosisPorts, subject: Subject): Looks {
  const { gpus, engine, tailnet, nomad, privilege, folders, registration, ledger, system } = ports;
  const looks: Looks = {
    gpus: once(() => gpus.look()),
    engine: once(async () => engine.look(await nomad.allocationIds())),
    tailnet: once(() => tailnet.look(wantedOf(subject))),
    agent: once(() => nomad.lookAgent()),
    node: once(() => nomad.lookNode()),
    work: once(() => nomad.lookWork()),
    path: once(() => tryPath(ports, subject, looks)),
    registration: once(() => registration.look()),
    servers: once(() => registration.servers()),
    freeBytes: once(() => folders.freeBytes()),
    way: once(() => privilege.way()),
    system: once(() => system.look()),
    ledger: once(() => ledger.check()),
  };
  return looks;
}

/** Of a network not joined yet it is asked whose it is, and nobody there is dialled. */
function wantedOf({ intent, facts, invite }: Subject): ReturnType<typeof tailnetWanted> {
  const joined = tailnetWanted(intent, facts);
  if (joined !== null || invite === null) return joined;
  return { controlUrl: invite.tailnet.controlUrl, tag: invite.tailnet.tag, servers: [], ours: null };
}

/** Before joining only the sign-in server and the line can be tried. */
async function tryPath(
  { path }: DiagnosisPorts,
  { intent, facts, invite }: Subject,
  looks: Looks,
): Promise<Fact<PathSample>> {
  const wanted = pathWanted(intent, { ...facts, tailnet: await looks.tailnet() });
  if (wanted !== null) return path.look(wanted, true);
  if (invite === null) return unseen;
  return path.look({ servers: [], controlUrl: invite.tailnet.controlUrl }, true);
}

function once<T>(look: () => Promise<T>): () => Promise<T> {
  let looked: Promise<T> | null = null;
  return () => (looked ??= look());
}
