import type { Consent, ConsentCard, ConsentChange } from '../../contract/consent.ts';
import { onlyDisplays } from '../../contract/consent-choice.ts';
import type { Invite } from '../../pool/contract/invite.ts';
import type { CheckPorts } from './checks/check.ts';
import type { Fact } from './facts.ts';
import { whyKept } from './gpu-choice.ts';
import type { EngineSample } from './ports/engine.ts';
import type { GpusSample } from './ports/gpus.ts';
import type { AgentSample } from './ports/nomad.ts';
import type { TailnetSample } from './ports/tailnet.ts';
import type { Machine } from './ports/world.ts';

/** What is looked at before consent; nothing of it is changed. */
export interface ConsentPorts extends CheckPorts {
  readonly machine: Machine;
}

/** What was seen of this computer before consent. */
export interface BeforeConsent {
  readonly gpus: Fact<GpusSample>;
  readonly engine: Fact<EngineSample>;
  readonly tailnet: Fact<TailnetSample>;
  readonly agent: Fact<AgentSample>;
  readonly way: 'inline' | 'pkexec' | 'sudo' | null;
  readonly root: boolean;
  /** This computer's name in its own system. */
  readonly hostname: string;
  /** Where our files lie. */
  readonly folder: string;
  /** The name proposed where the invite gives none. */
  readonly proposedName: string;
}

/** Looks at what the consent's lines are made of. */
export async function lookBeforeConsent(
  ports: ConsentPorts,
  invite: Invite,
  proposedName: string,
): Promise<BeforeConsent> {
  const { controlUrl, tag } = invite.tailnet;
  const [gpus, engine, tailnet, agent, way] = await Promise.all([
    ports.gpus.look(),
    ports.engine.look([]),
    ports.tailnet.look({ controlUrl, tag, servers: [], ours: null }),
    ports.nomad.lookAgent(),
    ports.privilege.way(),
  ]);
  const { root, hostname } = ports.machine;
  const folder = ports.folders.agent;
  return { gpus, engine, tailnet, agent, way, root, hostname, folder, proposedName };
}

/** What joining would mean, by what was seen; pure. */
export function consentOf(invite: Invite, seen: BeforeConsent): Consent {
  const cards = cardsOf(seen.gpus);
  return {
    nodeName: {
      name: invite.nomad.nodeName ?? seen.proposedName,
      editable: invite.nomad.nodeName == null,
      system: seen.hostname,
    },
    cards,
    cardsProblem: seen.gpus.known ? null : seen.gpus.problem,
    whenIdle: onlyDisplays(cards.filter(({ shared }) => shared)),
    leaves: leavesOf(seen.tailnet),
    sessionAtRisk: false,
    changes: changesOf(invite, seen),
    rights: rightsOf(seen),
    prompts: promptsOf(seen.way),
    newLogin: false,
  };
}

/** As the rule for displays proposes it; the owner has said nothing yet. */
const nothingSaid = { keptGpus: [] };

function cardsOf(gpus: Fact<GpusSample>): ConsentCard[] {
  if (!gpus.known) return [];
  const all = gpus.value.gpus;
  return all.map((gpu) => {
    const why = whyKept(nothingSaid, all, gpu);
    const { uuid, name, memoryMib, display } = gpu;
    return { uuid, name, memoryMib, display, shared: why === null, why, choice: why !== 'fault' };
  });
}

/** A network of the owner's that is on now and is switched off while this computer shares. */
function leavesOf(tailnet: Fact<TailnetSample>): Consent['leaves'] {
  if (!tailnet.known || tailnet.value.active !== 'other') return null;
  const { backend } = tailnet.value;
  if (backend !== 'running' && backend !== 'starting') return null;
  return { name: null, uses: [] };
}

function changesOf(invite: Invite, { folder, agent }: BeforeConsent): ConsentChange[] {
  const found = agent.known ? agent.value.program : null;
  return [
    { ...change('network', hostOf(invite.tailnet.controlUrl)) },
    { ...change('agent', 'Nomad'), publisher: 'HashiCorp', version: found?.version ?? null },
    { ...change('folder', folder) },
  ];
}

const change = (what: ConsentChange['what'], name: string): ConsentChange => ({
  what,
  name,
  publisher: null,
  version: null,
  licence: null,
  bytes: null,
  from: null,
});

/** A member of the group of an engine that runs as root can become root by it; there is no half of that. */
function rightsOf({ engine, root }: BeforeConsent): Consent['rights'] {
  if (!engine.known) return 'unknown';
  if (engine.value.rootless) return 'rootless';
  return root ? 'administrator' : 'group';
}

function promptsOf(way: BeforeConsent['way']): Consent['prompts'] {
  if (way === null) return null;
  return way === 'inline' ? { join: 0, leave: 0 } : { join: 1, leave: 1 };
}

const hostOf = (url: string): string => /^https?:\/\/([^/]+)/i.exec(url)?.[1] ?? url;
