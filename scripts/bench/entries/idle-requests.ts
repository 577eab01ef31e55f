import { join } from 'node:path';
import { createFiles } from '../../../host/adapters/files/files.ts';
import { openSession } from '../../../host/assembly/open-session.ts';
import type { Log } from '../../../host/core/ports/stores.ts';
import type { World } from '../../../host/core/ports/world.ts';
import { defaultSettings } from '../../../contract/app-state.ts';
import { FakeClock } from '../../../host/core/testing/fake-clock.ts';
import { createDemo } from '../../../host/demo/demo.ts';
import { demoInvite } from '../../../host/demo/invite.ts';
import { firstEvening } from '../../../host/demo/scenarios/first-evening.ts';

const minutes = 10;
const noLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, redact: () => {} };

/** An evening on which no job comes. */
const quiet = { ...firstEvening, jobs: { ...firstEvening.jobs, firstAfterSeconds: 1e6 } };

/** A world that counts the requests to the local agent. */
function counting(world: World): { readonly world: World; readonly counted: () => number } {
  let requests = 0;
  const nomad: World['nomad'] = (port) => {
    const fetch = world.nomad(port);
    return (request) => {
      requests += 1;
      return fetch(request);
    };
  };
  return { world: { ...world, nomad }, counted: () => requests };
}

/** Requests to Nomad a minute by a host that shares in the demo pool while no job comes, over ten minutes of its clock. */
export async function nomadRequestsPerMinute(folder: string): Promise<number> {
  const clock = new FakeClock();
  const demo = createDemo({ clock, folder: join(folder, 'demo'), scenario: quiet });
  const { world, counted } = counting(demo.world);
  const session = await openSession(
    {
      world,
      data: join(folder, 'data'),
      settingsFile: join(folder, 'settings.json'),
      files: createFiles(clock),
      log: noLog,
      privileged: {
        file: join(folder, 'privileged.js'),
        node: process.execPath,
        electron: false,
        socket: () => '',
      },
      engineSocket: () => Promise.resolve(null),
      settings: () => defaultSettings,
    },
    {
      demo: true,
      version: '0.0.0',
      random: () => 0.5,
      reference: () => 'bench',
      onSettings: () => {},
      release: () => demo.stop(),
    },
  );
  session.open();
  try {
    await session.application.join({ text: JSON.stringify(demoInvite(clock.now())), from: 'file' });
    await clock.until(() => session.state(0).node.kind === 'sharing', 300_000);
    await clock.advance(60_000);
    const before = counted();
    await clock.advance(minutes * 60_000);
    if (session.state(0).node.kind !== 'sharing') throw new Error('it stopped to share while being measured');
    return (counted() - before) / minutes;
  } finally {
    const closed = session.close();
    await clock.finish(closed);
  }
}
