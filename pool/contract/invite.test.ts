import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { inviteExpiresAt, inviteSchema, pricePerGpuHour } from './invite.ts';
import { inviteLink, inviteMaxLength, readInvite } from './invite-text.ts';

const now = 1_750_000_000_000;
const raw = {
  rigshare: 1,
  pool: {
    id: 'uni-lab',
    name: 'Uni Lab',
    operator: 'Dr. Wei',
    contact: 'wei@uni.example',
    prices: { currency: 'EUR', perGpuHour: { default: 120_000, 'nvidia-geforce-rtx-4090': 300_000 } },
  },
  tailnet: {
    controlUrl: 'https://head.uni.example',
    authKey: 'hskey-auth-abcdefghij',
    authKeyExpiresAt: now + 5000,
    tag: 'tag:nomad-client',
  },
  nomad: { nodePool: 'contrib', servers: [{ host: 'server.pool.example' }] },
};
const fault = (text: string) => {
  const r = readInvite(text, now);
  return r.ok ? 'ok' : r.fault;
};
/** An invite that may be made wrong. */
type Loose = Record<string, unknown> & {
  pool: Record<string, unknown>;
  tailnet: Record<string, unknown>;
  nomad: Record<string, unknown>;
};
const withPart = (change: (i: Loose) => void) => {
  const copy: Loose = structuredClone(raw);
  change(copy);
  return JSON.stringify(copy);
};

describe('an invite', () => {
  it('is read from a file with its defaults filled in', () => {
    const r = readInvite(JSON.stringify(raw), now);
    expect(r).toMatchObject({
      ok: true,
      invite: {
        uses: 'one',
        tailnet: { shieldsUp: true },
        nomad: { region: 'global', servers: [{ port: 4647 }], ownersMayReadLogs: false },
      },
    });
  });
  it('comes back the same from its link', () => {
    const invite = inviteSchema.parse({ ...raw, pool: { ...raw.pool, name: '大学 Łab 🖥' } });
    expect(readInvite(inviteLink(invite), now)).toEqual({ ok: true, invite });
  });
  it('is refused with its own fault for each way of being wrong', () => {
    const link = inviteLink(inviteSchema.parse(raw));
    expect(fault('hello')).toBe('malformed');
    expect(fault('{}')).toBe('malformed');
    expect(fault('')).toBe('malformed');
    expect(fault(link.slice(0, -7))).toBe('truncated');
    expect(fault(`${link}x`)).toBe('malformed');
    expect(fault(JSON.stringify(raw).slice(0, -30))).toBe('truncated');
    expect(fault(JSON.stringify({ ...raw, rigshare: 2, tailnet: null }))).toBe('newer');
    expect(fault(withPart((i) => (i.expiresAt = now)))).toBe('expired');
    expect(fault(withPart((i) => (i.tailnet.authKeyExpiresAt = now - 1)))).toBe('expired');
    expect(fault(' '.repeat(inviteMaxLength + 1))).toBe('too-large');
    expect(fault(withPart((i) => (i.pool.name = 'a\u001b[31mb')))).toBe('hostile');
    expect(fault(withPart((i) => (i.pool.operator = 'x\u202ey')))).toBe('hostile');
    expect(fault(withPart((i) => (i.tailnet.controlUrl = 'file:///etc/passwd')))).toBe('hostile');
    expect(fault(withPart((i) => (i.tailnet.controlUrl = 'https://a@evil.example')))).toBe('hostile');
    expect(fault(withPart((i) => (i.tailnet.controlUrl = 'javascript:alert(1)')))).toBe('hostile');
    expect(fault('rigshare://run#1.a')).toBe('hostile');
    expect(fault(withPart((i) => (i.nomad.servers = [{ host: 'a b' }])))).toBe('malformed');
  });
  it('may not carry an introduction token in a link, but may in a file', () => {
    const invite = inviteSchema.parse({
      ...raw,
      nomad: { ...raw.nomad, introductionToken: 'eyJhbGciOi.x.y' },
    });
    expect(fault(inviteLink(invite))).toBe('secret-in-link');
    expect(fault(JSON.stringify(invite))).toBe('ok');
  });
  it('holds as long as its introduction, for the name and the pool that this is for', () => {
    const token = (claims: object): string => `eyJh.${toBase64Url(JSON.stringify(claims))}.c2ln`;
    const invite = (claims: object, nomad: object = {}): string =>
      JSON.stringify({ ...raw, nomad: { ...raw.nomad, introductionToken: token(claims), ...nomad } });
    const good = { exp: (now + 60_000) / 1000, nomad_node_name: 'rig-7', nomad_node_pool: 'contrib' };
    expect(readInvite(invite(good), now)).toMatchObject({
      invite: { nomad: { nodeName: 'rig-7', introductionExpiresAt: now + 60_000 } },
    });
    expect(readInvite(invite(good, { nodeName: 'other' }), now)).toMatchObject({
      invite: { nomad: { nodeName: 'other' } },
    });
    expect(readInvite(invite({ ...good, nomad_node_name: 'a b' }), now)).toMatchObject({
      invite: { nomad: { nodeName: null } },
    });
    expect(fault(invite({ ...good, exp: (now - 1_000) / 1000 }))).toBe('expired');
    expect(fault(invite({ ...good, nomad_node_pool: 'other' }))).toBe('malformed');
  });
  it('ignores fields of a later minor version', () => {
    expect(fault(withPart((i) => (i.colour = 'blue')))).toBe('ok');
  });
  it('expires with its earliest part', () => {
    const invite = inviteSchema.parse({ ...raw, expiresAt: now + 9000 });
    expect(inviteExpiresAt(invite)).toBe(now + 5000);
  });
  it('prices a GPU type by its own line, else by the default, else not at all', () => {
    const prices = inviteSchema.parse(raw).pool.prices;
    expect(pricePerGpuHour(prices, 'nvidia-geforce-rtx-4090')).toBe(300_000);
    expect(pricePerGpuHour(prices, 'nvidia-a100')).toBe(120_000);
    expect(pricePerGpuHour({ currency: 'EUR', perGpuHour: {} }, 'nvidia-a100')).toBeNull();
    expect(pricePerGpuHour(null, 'nvidia-a100')).toBeNull();
  });
  it('that is no JSON is refused without repeating any of it', () => {
    for (const text of [
      'hskey-auth',
      '{"authKey":"hskey-auth" x}',
      '{"authKey":"hskey-auth',
      '["hskey-auth",}',
    ]) {
      expect(JSON.stringify(readInvite(text, now))).not.toContain('hskey');
    }
  });
  it('never makes the reader throw, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string().map((s) => `rigshare://join#${s.length}.${s}`),
        ),
        (s) => typeof readInvite(s, now).ok === 'boolean',
      ),
    );
  });
});

describe('base64url', () => {
  it('brings any text back', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (s) => fromBase64Url(toBase64Url(s)) === s));
  });
  it('agrees with Node', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        (s) => toBase64Url(s) === Buffer.from(s, 'utf8').toString('base64url'),
      ),
    );
  });
});
