import type { Consent, ConsentCard, NetworkUse } from '../../../contract/consent.ts';
import { onlyDisplays } from '../../../contract/consent-choice.ts';
import type { Install } from '../../../contract/installs.ts';
import type { Invite } from '../../../pool/contract/invite.ts';
import type { CheckPorts } from '../checks/check.ts';
import { changesOf, type BeforeChanges } from './consent-changes.ts';
import { noFacts, type Fact } from '../facts.ts';
import { whyKept } from '../cards/choice.ts';
import { engineGroup, engineTrouble, sessionOf } from '../opening/engine.ts';
import { neededInstalls } from '../opening/installs.ts';
import type { Clock } from '../ports/clock.ts';
import type { GpusSample } from '../ports/gpus.ts';
import type { AgentSample } from '../ports/nomad.ts';
import type { Offer, Releases, Shelf } from '../ports/releases.ts';
import type { System } from '../ports/system.ts';
import { type PrivilegeWay, promptsBy, type TailnetSample, type TailnetUses } from '../ports/tailnet.ts';
import type { Machine } from '../ports/world.ts';
import { boundsOf, chooseVersion, fits } from '../programs/versions.ts';

/** What is looked at before consent; nothing of it is changed. */
export interface ConsentPorts extends CheckPorts {
  readonly machine: Machine;
  readonly clock: Clock;
  readonly system: System;
  readonly releases: Releases;
  readonly shelf: Shelf;
}

/** What was seen of this computer before consent. */
export interface BeforeConsent extends BeforeChanges {
  readonly now: number;
  readonly way: PrivilegeWay;
  /** This computer's name in its own system. */
  readonly hostname: string;
  /** The name proposed where the invite gives none. */
  readonly proposedName: string;
}

/** How long the publisher's site may take to say what it has, ms. */
const offersWithinMs = 4_000;

/** Looks at what the consent's lines are made of. */
export async function lookBeforeConsent(
  ports: ConsentPorts,
  invite: Invite,
  proposedName: string,
): Promise<BeforeConsent> {
  const { controlUrl, tag } = invite.tailnet;
  const [gpus, engine, tailnet, agent, system, way] = await Promise.all([
    ports.gpus.look(),
    ports.engine.look([]),
    ports.tailnet.look({ controlUrl, tag, servers: [], ours: null }),
    ports.nomad.lookAgent(),
    ports.system.look(),
    ports.privilege.way(),
  ]);
  const { root, hostname, user } = ports.machine;
  const { agent: agentFolder, secrets } = ports.folders;
  return {
    facts: { ...noFacts, gpus, engine, tailnet, agent, system },
    now: ports.clock.now(),
    way,
    root,
    hostname,
    user,
    folders: { agent: agentFolder, secrets, programs: ports.shelf.folder },
    offers: await offersFor(ports, invite, agent),
    proposedName,
  };
}

/** What is lacking of the publisher's programs; its site is asked only where something is. */
async function offersFor(
  { releases }: ConsentPorts,
  invite: Invite,
  agent: Fact<AgentSample>,
): Promise<readonly Offer[]> {
  const bounds = boundsOf(invite.nomad, null);
  const found = agent.known && agent.value.programProblem === null ? agent.value.program : null;
  // What the owner's setting names is neither replaced nor passed over.
  const named = agent.known && agent.value.programFrom === 'setting';
  const lacking = new Set<Offer['program']>([
    ...((found !== null && fits(found.version, bounds) === 'yes') || named ? [] : ['nomad' as const]),
    ...(agent.known && agent.value.devicePlugin === false ? ['nomad-device-nvidia' as const] : []),
  ]);
  if (lacking.size === 0) return [];
  const offers = await releases.offers((published) => chooseVersion(published, bounds), offersWithinMs);
  return offers.filter(({ program }) => lacking.has(program) || lacking.has('nomad'));
}

/** What joining would mean, by what was seen; pure. */
export function consentOf(invite: Invite, seen: BeforeConsent): Consent {
  const { gpus, tailnet } = seen.facts;
  const { installs } = neededInstalls(seen.facts, seen.now);
  const cards = cardsOf(gpus);
  return {
    nodeName: {
      name: invite.nomad.nodeName ?? seen.proposedName,
      editable: invite.nomad.nodeName == null,
      system: seen.hostname,
    },
    cards,
    cardsProblem: gpus.known ? null : gpus.problem,
    whenIdle: onlyDisplays(cards.filter(({ shared }) => shared)),
    leaves: leavesOf(tailnet),
    sessionAtRisk: false,
    changes: [...changesOf(invite, seen, installs)],
    rights: rightsOf(seen, installs),
    prompts: promptsOf(seen.way),
    newLogin: installs.includes('engine-group') || engineTrouble(seen.facts)?.code === 'engine-login-needed',
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
  const { backend, network, uses } = tailnet.value;
  if (backend !== 'running' && backend !== 'starting') return null;
  return { name: network, uses: uses === null ? [] : usesOf(uses) };
}

function usesOf({ routes, exitNodeOffered, exitNodeUsed, serve, funnel, ssh }: TailnetUses): NetworkUse[] {
  const use = (what: NetworkUse['what'], isOn: boolean, name: string | null = null): NetworkUse[] =>
    isOn ? [{ what, name }] : [];
  return [
    ...use('routes', routes.length > 0),
    ...use('exitNode', exitNodeOffered),
    ...use('usesExitNode', exitNodeUsed !== null, exitNodeUsed),
    ...use('serve', serve),
    ...use('funnel', funnel),
    ...use('ssh', ssh),
  ];
}

/** A member of the group of an engine that runs as root can become root by it; there is no half of that. */
function rightsOf({ facts, root, now }: BeforeConsent, installs: readonly Install[]): Consent['rights'] {
  // The one that is about to be there runs as root, whatever answers now (Podman's may not).
  if (installs.includes('engine') || installs.includes('engine-group'))
    return root ? 'administrator' : 'group';
  const { engine } = facts;
  if (engine.known) return engine.value.rights === 'root' ? 'administrator' : engine.value.rights;
  // Its member already: what does not answer yet will be used so.
  return sessionOf(facts, now)?.login.includes(engineGroup) === true ? 'group' : 'unknown';
}

function promptsOf(way: PrivilegeWay): Consent['prompts'] {
  const each = promptsBy(way);
  return each === null ? null : { join: each, leave: each };
}
