import { expect } from 'vitest';
import { ask, type Statement, type TailnetSubject } from '../subject.ts';
import { bus, enterPool, must, said, status } from './ask.ts';

/** A ping's answer, as far as it is looked at. */
interface Pong {
  readonly Err: string;
  readonly LatencySeconds: number;
  readonly Endpoint: string;
  readonly DERPRegionID: number;
  readonly DERPRegionCode: string;
}

interface Netcheck {
  readonly UDP: boolean;
  readonly MappingVariesByDestIP: boolean | null;
  readonly PreferredDERP: number;
  readonly RegionLatency: Readonly<Record<string, number>>;
}

/** A ping whose packets were cut off on the way is never answered: it is asked again. */
async function ping(subject: TailnetSubject, address: string): Promise<Pong> {
  const path = `/localapi/v0/ping?ip=${address}&type=disco`;
  const headers = { Host: 'local-tailscaled.sock' };
  const { text } = await subject.finish(
    ask(subject.root, { method: 'POST', path, headers, timeoutMs: 6_000 }),
  );
  return JSON.parse(text) as Pong;
}

/** In the pool's network, and what there is of its one server. */
async function nearServer(
  subject: TailnetSubject,
): Promise<{ readonly address: string; readonly name: string }> {
  await enterPool(subject);
  return subject.until('the server in sight', async () => {
    const [server] = Object.values((await status(subject)).Peer ?? {});
    const address = server?.TailscaleIPs.find((one) => one.includes('.'));
    return server !== undefined && address !== undefined && { address, name: server.DNSName };
  });
}

const direct = (subject: TailnetSubject, address: string): Promise<Pong> =>
  subject.until(
    'a direct way',
    async () => {
      const pong = await ping(subject, address);
      return pong.Endpoint !== '' && pong;
    },
    40_000,
  );

const netcheck = async (subject: TailnetSubject): Promise<Netcheck> =>
  JSON.parse(await subject.finish(subject.netcheck())) as Netcheck;

/** How the way to a server is found out. */
export const path: readonly Statement<TailnetSubject>[] = [
  {
    says: 'a ping names the endpoint of a direct way, and one to nobody is answered well with the reason',
    check: async (computer) => {
      const { address } = await nearServer(computer);
      const pong = await direct(computer, address);
      expect(pong).toMatchObject({ Err: '', DERPRegionID: 0, Endpoint: expect.stringMatching(/:\d+$/) });
      expect(pong.LatencySeconds).toBeGreaterThan(0);
      expect(await ping(computer, '100.64.99.99')).toMatchObject({ Err: 'no matching peer' });
    },
  },
  {
    says: 'where UDP is swallowed a ping comes by the relay, which it names, TCP goes on, and the path has no address; then it is direct again',
    check: async (computer) => {
      const { address } = await nearServer(computer);
      await direct(computer, address);
      await computer.udp(false);
      try {
        const pong = await computer.until(
          'the relay',
          async () => {
            const one = await ping(computer, address);
            return one.Endpoint === '' && one.DERPRegionCode !== '' && one;
          },
          40_000,
        );
        expect(pong).toMatchObject({ Err: '', DERPRegionID: 999, DERPRegionCode: 'local' });
        expect(await computer.dial(4647, 5_000)).toBe('open');
        const [peer] = Object.values((await status(computer)).Peer ?? {});
        expect(peer).toMatchObject({ Active: true, CurAddr: '' });
      } finally {
        await computer.udp(true);
      }
      await direct(computer, address);
    },
  },
  {
    says: 'the map of relays names each region',
    check: async (computer) => {
      await enterPool(computer);
      const { Regions } = await must<{ Regions: object }>(computer, 'GET', 'derpmap');
      expect(Regions).toMatchObject({ 999: { RegionCode: 'local', RegionName: 'Local' } });
    },
  },
  {
    says: 'netcheck measures UDP and the nearest relay in nanoseconds, and tells when UDP is swallowed',
    check: async (computer) => {
      await enterPool(computer);
      const open = await netcheck(computer);
      expect(open).toMatchObject({ UDP: true, PreferredDERP: 999 });
      expect(open.RegionLatency['999']).toBeGreaterThan(10_000);
      await computer.udp(false);
      try {
        expect((await netcheck(computer)).UDP).toBe(false);
      } finally {
        await computer.udp(true);
      }
    },
  },
  {
    says: 'the health comes with the first message where the state is asked for as well',
    check: async (computer) => {
      await enterPool(computer);
      const reading = await bus(computer, '642');
      await computer.until('the first message', async () => Promise.resolve(reading.lines.length > 0));
      expect(said(reading, 'Health')).toHaveLength(1);
      reading.close();
    },
  },
  {
    says: 'the network’s own name server tells a server’s address, and knows no name outside of it',
    check: async (computer) => {
      const { address, name } = await nearServer(computer);
      const told = (one: string) => computer.finish(computer.lookUp(one, '100.100.100.100'));
      expect(await told(name.replace(/\.$/, ''))).toBe(address);
      expect(await told('nobody.rigshare.test')).toBeNull();
    },
  },
];
