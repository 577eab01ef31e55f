import { describe, expect, it } from 'vitest';
import { problem } from '../../../contract/problems.ts';
import { seen, unknown, unseen, type Facts } from '../facts.ts';
import type { TailnetSample } from '../ports/tailnet.ts';
import { sessionAtRisk } from './session-at-risk.ts';

const on = (active: TailnetSample['active'], backend: TailnetSample['backend'] = 'running') => ({
  tailnet: seen({ active, backend, peers: { nas: '192.168.9.9' } } as unknown as TailnetSample, 1),
});
const notAsked: Pick<Facts, 'tailnet'> = { tailnet: unseen };
const stopped: Pick<Facts, 'tailnet'> = { tailnet: unknown(problem('tailscale-stopped'), 1) };

describe('a session that would be cut off', () => {
  it.each([
    '100.64.0.1',
    '100.127.255.254',
    '::ffff:100.100.3.4',
    'FD7A:115C:A1E0::17',
    'fd7a:115c:a1e0::1%ts0',
  ])('comes from %s, an address of the network that is left', (from) => {
    expect(sessionAtRisk(from, on('other'))).toBe(true);
    expect(sessionAtRisk(from, notAsked)).toBe(true);
    expect(sessionAtRisk(from, stopped)).toBe(true);
  });

  it('comes from a computer that the network names, whatever its address', () => {
    expect(sessionAtRisk('192.168.9.9', on('other'))).toBe(true);
    expect(sessionAtRisk('192.168.9.8', on('other'))).toBe(false);
  });

  it.each([null, '192.168.1.7', '100.63.255.255', '100.128.0.1', 'fd7a:115c:a1e1::1', 'not an address'])(
    'does not come from %s',
    (from) => {
      expect(sessionAtRisk(from, on('other'))).toBe(false);
      expect(sessionAtRisk(from, notAsked)).toBe(false);
    },
  );

  it('is none where no network of the owner’s is on', () => {
    expect(sessionAtRisk('100.64.0.1', on('none'))).toBe(false);
    expect(sessionAtRisk('100.64.0.1', on('other', 'stopped'))).toBe(false);
    expect(sessionAtRisk('100.64.0.1', on('ours'))).toBe(false);
  });
});
