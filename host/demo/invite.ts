import type { Invite } from '../../pool/contract/invite.ts';
import { demoKeyPrefix } from './tailnet/control.ts';

/** Where the demo's control server would be; no such host exists. */
export const demoControlUrl = 'https://network.demo-pool.example';
/** Names of the demo pool's computers end so. */
export const demoDomain = 'demo-pool.example';
/** What computers that share carry in the demo pool's network. */
export const demoTag = 'tag:nomad-client';

/** The demo pool's id. */
export const demoPoolId = 'demo-pool';

/** An invitation to the demo pool, good for one hour from `now` (epoch ms). */
export function demoInvite(now: number): Invite {
  const stamp = now.toString(16).padStart(16, '0');
  return {
    rigshare: 1,
    pool: {
      id: demoPoolId,
      name: 'Demo pool',
      operator: 'Rigshare demo',
      contact: 'nobody@demo-pool.example',
      prices: {
        currency: 'EUR',
        perGpuHour: {
          'nvidia-geforce-rtx-4090': 380_000,
          'nvidia-geforce-rtx-3090': 210_000,
          default: 150_000,
        },
      },
    },
    contributor: { id: 'demo-owner', displayName: 'You' },
    uses: 'one',
    tailnet: {
      controlUrl: demoControlUrl,
      authKey: `${demoKeyPrefix}${stamp}-${stamp.repeat(4)}`,
      authKeyExpiresAt: now + 3_600_000,
      tag: demoTag,
      shieldsUp: true,
    },
    nomad: {
      region: 'global',
      datacenter: 'dc1',
      nodePool: 'contributors',
      nodeName: null,
      servers: [{ host: `server.${demoDomain}`, port: 4647 }],
      minimumVersion: '2.0.4',
      pinnedVersion: null,
      ownersMayReadLogs: true,
      tls: null,
      introductionToken: null,
      introductionExpiresAt: null,
    },
    service: null,
    peers: null,
    expiresAt: now + 3_600_000,
  };
}
