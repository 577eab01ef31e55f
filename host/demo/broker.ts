import type { Clock } from '../core/ports/clock.ts';
import { type Node, terminal } from './nomad/model.ts';
import type { Servers } from './nomad/servers.ts';

/** From the drain's event to the stopping, ms. */
const answersMs = 30;

/**
 * The pool's broker: a computer that drains itself and says "now" in the drain gets its work stopped,
 * so that the scheduler places it elsewhere. Who set the drain is written by the servers and cannot be forged.
 */
export function startBroker(clock: Clock, servers: Servers): void {
  const asks = ({ ID, Drain, LastDrain }: Node): boolean =>
    Drain &&
    LastDrain?.AccessorID === `client:${ID}` &&
    LastDrain.Meta?.['by'] === 'rigshare' &&
    LastDrain.Meta['how'] === 'now';
  servers.store.onChange(({ Events }) => {
    for (const event of Events) {
      const node = event.Topic === 'Node' ? servers.store.nodes.get(event.Key) : undefined;
      if (node === undefined || !asks(node)) continue;
      clock.after(answersMs, () => {
        if (!servers.up) return;
        const here = [...servers.store.allocations.values()].filter(
          (one) => one.NodeID === node.ID && !terminal(one),
        );
        for (const one of here) if (one.DesiredTransition?.Migrate !== true) servers.stopAllocation(one.ID);
      });
    }
  });
}
