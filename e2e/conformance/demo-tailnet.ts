import type { FakeClock } from '../../host/core/testing/fake-clock.ts';
import { createDemo, type Demo } from '../../host/demo/demo.ts';
import { firstEvening } from '../../host/demo/scenarios/first-evening.ts';
import type { Control } from '../../host/demo/tailnet/control.ts';
import { fakeTime } from './demo-nomad.ts';
import type { ControlSubject, TailnetSubject } from './subject.ts';
import { tag } from './tailscale/ask.ts';

/** The demo's computer before it was signed in anywhere, beside the demo's two control servers. */
export function demoTailnet(clock: FakeClock, folder: string): { subject: TailnetSubject; demo: Demo } {
  const scenario = {
    ...firstEvening,
    name: 'conformance',
    ownNetwork: false,
    jobs: { ...firstEvening.jobs, kinds: [] },
  };
  const demo = createDemo({ clock, folder, scenario });
  const { network } = demo;
  const control = (of: Control): ControlSubject => ({
    url: of.url,
    mint: (whose = 'tag') => Promise.resolve(of.mint(whose === 'tag' ? [tag] : [])),
    approve: (url) => {
      if (network.daemon.authUrl !== url) throw new Error(`nobody waits at ${url}`);
      network.daemon.approve('mira@example.com', []);
      return Promise.resolve();
    },
    expire: (id, expired) => Promise.resolve(of.expire(id, expired)),
    remove: (id) => Promise.resolve(of.delete(id)),
  });
  const address = network.pool.nodes().find(({ serves }) => serves)?.address ?? '';
  const subject: TailnetSubject = {
    ...fakeTime(clock),
    root: network.localApi({ user: 'root', root: true }),
    as: (user) => network.localApi({ user, root: false }),
    owner: 'owner',
    pool: control(network.pool),
    own: control(network.own),
    dial: async (port, withinMs) => {
      const answer = await clock.finish(demo.world.dial(address, port, withinMs));
      return answer.ok ? 'open' : answer.why;
    },
    stopDaemon: () => Promise.resolve(network.setRunning(false)),
    startDaemon: () => Promise.resolve(network.setRunning(true)),
    udp: (passes) => {
      network.line = { ...network.line, udp: passes };
      return Promise.resolve();
    },
    netcheck: async () => {
      const args = ['netcheck', '--format=json'];
      return (await demo.world.programs.run('tailscale', args, { timeoutMs: 30_000 })).stdout;
    },
    lookUp: (name, nameServer) => demo.world.lookUp(name, nameServer, 2_000),
  };
  return { subject, demo };
}
