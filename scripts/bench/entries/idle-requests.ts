import { Evening } from '../../../host/assembly/testing/evening.ts';
import type { World } from '../../../host/core/ports/world.ts';
import { firstEvening } from '../../../host/demo/scenarios/first-evening.ts';

const minutes = 10;

/** An evening on which no job comes. */
const quiet = { ...firstEvening, jobs: { ...firstEvening.jobs, firstAfterSeconds: 1e6 } };

/** Counts the requests to the local agent from now on. */
function count(world: World): () => number {
  let requests = 0;
  const unchanged = world.nomad.bind(world);
  const nomad: World['nomad'] = (port) => {
    const fetch = unchanged(port);
    return (request) => {
      requests += 1;
      return fetch(request);
    };
  };
  Object.assign(world, { nomad });
  return () => requests;
}

/** Requests to Nomad a minute by a host that shares in the demo pool while no job comes, over ten minutes of its clock. */
export async function nomadRequestsPerMinute(): Promise<number> {
  const evening = await Evening.begin(quiet);
  const counted = count(evening.demo.world);
  try {
    await evening.join();
    await evening.kind('sharing', 300_000);
    await evening.clock.advance(60_000);
    const before = counted();
    if (before === 0) throw new Error('not one request was counted');
    await evening.clock.advance(minutes * 60_000);
    if (evening.state.node.kind !== 'sharing') throw new Error('it no longer shares');
    return (counted() - before) / minutes;
  } finally {
    await evening.close();
  }
}
