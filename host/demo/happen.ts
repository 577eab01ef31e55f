import { type Desk, driverMismatch } from './desk.ts';
import type { Network } from './network.ts';
import type { Pool } from './pool.ts';
import type { ComputerHappening, Happening } from './scenario.ts';
import type { Surroundings } from './surroundings.ts';

/** What things happen to. */
interface Place {
  readonly pool: Pool;
  readonly network: Network;
  readonly desk: Desk;
  readonly surroundings: Surroundings;
  readonly nodeId: () => string | null;
}

/** A wrong clock is an hour off, ms. */
const leapMs = 3_600_000;

/** Makes something of a scenario happen. */
export function happenNow(place: Place, what: Happening['what']): void {
  const { pool, network, nodeId } = place;
  const { servers, tokens } = pool;
  const id = nodeId() ?? '';
  const accessor = `token:${tokens.management.accessor}`;
  switch (what) {
    case 'server-lost':
      return servers.setUp(false);
    case 'server-back':
      return servers.setUp(true);
    case 'tailnet-lost':
      return network.daemon.setLinked(false);
    case 'tailnet-back':
      return network.daemon.setLinked(true);
    case 'operator-drains':
      return void servers.drain(
        id,
        { deadline: 0, ignoreSystemJobs: false },
        false,
        { message: 'maintenance' },
        accessor,
      );
    case 'operator-resumes':
      return void servers.drain(id, null, true, null, accessor);
    case 'operator-closes':
      return void servers.setEligible(id, false);
    case 'operator-opens':
      return void servers.setEligible(id, true);
    case 'node-deleted': {
      const node = network.daemon.profile?.nodeId;
      return node === undefined ? undefined : network.pool.delete(node);
    }
    default:
      return happenHere(place, what);
  }
}

/** What happens at the computer itself; a card is its last one, away from the display. */
function happenHere({ desk: { cards }, network, surroundings }: Place, what: ComputerHappening): void {
  const card = cards.models.at(-1)?.uuid ?? '';
  switch (what) {
    case 'card-lost':
      return void cards.lost.add(card);
    case 'card-back':
      return void cards.lost.delete(card);
    case 'driver-updated':
      cards.fault = driverMismatch;
      return;
    case 'driver-works':
      cards.fault = null;
      return;
    case 'disk-fills':
      return surroundings.fillBut(0.04);
    case 'disk-freed':
      return surroundings.fillBut(0.4);
    case 'clock-leaps':
      network.line = { ...network.line, aheadMs: leapMs };
      return;
    case 'clock-right':
      network.line = { ...network.line, aheadMs: 0 };
      return;
    case 'owner-returns':
      return surroundings.sit(true);
    case 'owner-touches':
      return surroundings.touch();
    case 'owner-leaves':
      return surroundings.sit(false);
  }
}
