import { whoseClosing } from '../closing.ts';
import { reasonsToPause } from '../pausing/reasons.ts';
import { agentUp, type Check, must, passed, wrong } from './check.ts';

/** The pool knows this computer, it is ready, and it is open for jobs unless it is paused. */
export const nodeCheck: Check = {
  id: 'node',
  applies: agentUp,
  run: async ({ looks, intent, facts, now }) => {
    const node = must(await looks.node(), 'nomad-agent-silent');
    const found = `${node.id.slice(0, 8)}, ${node.status}`;
    if (node.status !== 'ready') return wrong('nomad-not-registering', found);
    if (node.eligible) return passed(found);
    const paused = reasonsToPause(intent, { ...facts, node: await looks.node() }, now);
    if (paused.some(({ reason }) => reason !== 'operator'))
      return passed(found, { key: 'check.found.paused', params: {} });
    switch (whoseClosing(node, intent.openAnywayAt)) {
      case 'operator':
        return wrong('closed-by-operator', node.lastDrain?.meta['message'] ?? null);
      case 'unclear':
        return wrong('closing-unclear');
      case 'ours':
      case 'open':
        return passed(found);
    }
  },
};
