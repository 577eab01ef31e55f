import type { InvitePreview } from '../../../contract/invite-preview.ts';
import { fail, type ProblemCode } from '../../../contract/problems.ts';
import { inviteExpiresAt, type Invite } from '../../../pool/contract/invite.ts';
import { readInvite } from '../../../pool/contract/invite-text.ts';
import type { InviteInput } from '../commands.ts';

/** The invite in a text, or its `invite-…` problem thrown. */
export function pickInvite(input: InviteInput, now: number): Invite {
  const read = readInvite(input.text, now);
  if (read.ok) return read.invite;
  const code: ProblemCode = `invite-${read.fault}`;
  return fail(code, read.detail);
}

/** What an invite would do; connects nowhere. */
export function previewOf(invite: Invite): InvitePreview {
  const { pool, tailnet, nomad, service } = invite;
  const control = hostAndPort(tailnet.controlUrl);
  return {
    pool: { id: pool.id, name: pool.name, operator: pool.operator, contact: pool.contact },
    contributor: invite.contributor?.displayName ?? null,
    uses: invite.uses,
    expiresAt: inviteExpiresAt(invite),
    prices:
      pool.prices === null
        ? null
        : {
            currency: pool.prices.currency,
            perGpuHour: Object.entries(pool.prices.perGpuHour).map(([gpuType, micros]) => ({
              gpuType,
              micros,
            })),
          },
    connects: [
      { what: 'control', ...control, protocol: 'tcp' },
      ...nomad.servers.map((s) => ({
        what: 'nomad' as const,
        host: s.host,
        port: s.port,
        protocol: 'tcp' as const,
      })),
      ...(service
        ? [{ what: 'pool-service' as const, ...hostAndPort(service.url), protocol: 'tcp' as const }]
        : []),
    ],
    shieldsUp: tailnet.shieldsUp,
    ownersMayReadLogs: nomad.ownersMayReadLogs,
    peers: invite.peers != null,
    signIn: tailnet.authKey != null ? 'key' : service?.enrol === true ? 'pool-service' : 'browser',
    nodeName: nomad.nodeName ?? null,
  };
}

/** Host and port of a plain http(s) address; the schema let no other pass. */
function hostAndPort(url: string): { host: string; port: number } {
  const [, scheme, host = '', port] = /^(https?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?/i.exec(url) ?? [];
  return { host, port: port === undefined ? (scheme?.toLowerCase() === 'http' ? 80 : 443) : Number(port) };
}
