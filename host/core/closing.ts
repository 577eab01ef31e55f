import type { NodeSample } from './ports/nomad.ts';

/** Whose closing a node is under: nobody's (open), ours, another's (it stays), or no longer to be told. */
export type Whose = 'open' | 'ours' | 'operator' | 'unclear';

/** Whether the last drain was set by this node itself through us. */
function drainIsOurs(node: NodeSample): boolean {
  const last = node.lastDrain;
  return last !== null && last.accessor === `client:${node.id}` && last.meta['by'] === 'rigshare';
}

/**
 * Whose closing it is. The last drain alone does not tell: our pause and resume leave it as it was,
 * so an operator's later ineligibility shows only in the node's ten kept events.
 * `openAnywayAt`: the owner's answer where the events no longer tell.
 */
export function whoseClosing(node: NodeSample, openAnywayAt: number | undefined): Whose {
  if (node.drain === null && node.eligible) return 'open';
  if (node.drain !== null)
    return drainIsOurs(node) && node.lastDrain?.meta['under'] !== 'operator' ? 'ours' : 'operator';
  const byEvents = whoseIneligibility(node);
  if (byEvents !== 'unclear') return byEvents;
  return openAnywayAt !== undefined && openAnywayAt > (node.lastDrain?.at ?? 0) ? 'ours' : 'unclear';
}

function whoseIneligibility(node: NodeSample): Whose {
  if (node.lastDrain !== null && (!drainIsOurs(node) || node.lastDrain.meta['under'] === 'operator'))
    return 'operator';
  const kinds = node.events.map((e) => e.kind);
  const eligibility = kinds.findLastIndex((k) => k === 'eligible' || k === 'ineligible');
  // A first registration is ineligible by our own configuration; afterwards our last drain is what closed it.
  const ours =
    node.lastDrain === null
      ? kinds.lastIndexOf('registered')
      : kinds.findLastIndex((k) => k.startsWith('drain-'));
  if (eligibility > ours) return 'operator';
  return ours === -1 ? 'unclear' : 'ours';
}

/** Whether the node carries a closing of ours on top of an operator's. */
export function closedUnderOperator(node: NodeSample): boolean {
  return drainIsOurs(node) && node.lastDrain?.meta['under'] === 'operator';
}

/** Whether a drain of ours is running, whatever lies under it. */
export function ourDrainRuns(node: NodeSample): boolean {
  return node.drain !== null && drainIsOurs(node);
}
