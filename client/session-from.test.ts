import { describe, expect, it } from 'vitest';
import { desktopClients, sessionFrom } from './session-from.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n';
const rdp = `${head}   0: 00000000:0D3D 00000000:0000 0A 0\n   1: 0A00A8C0:0D3D 07654064:C3F2 01 0\n`;
const vnc6 = `${head}   0: 00000000000000000000000000000000:170C 7A1150FD0000E0A10000000017000000:C3F2 01 0\n`;

describe('where a session comes from', () => {
  it('is told by SSH', () => {
    expect(sessionFrom({ SSH_CONNECTION: '100.64.0.9 50022 100.64.0.1 22' })).toBe('100.64.0.9');
    expect(sessionFrom({ SSH_CLIENT: 'fd7a:115c:a1e0::9 50022 22' })).toBe('fd7a:115c:a1e0::9');
  });

  it('is here where nothing tells of another place', () => {
    expect(sessionFrom({}, () => rdp)).toBeNull();
    expect(sessionFrom({ SSH_CONNECTION: '' }, () => rdp)).toBeNull();
  });

  it('is found among the connections of a remote desktop', () => {
    expect(sessionFrom({ XRDP_SESSION: '1' }, (path) => (path.endsWith('tcp') ? rdp : ''))).toBe(
      '100.64.101.7',
    );
    expect(sessionFrom({ VNCDESKTOP: 'rig:1' }, () => '')).toBeNull();
  });

  it('reads addresses as the kernel writes them, and passes over those of this computer', () => {
    expect(desktopClients(vnc6)).toHaveLength(1);
    expect(desktopClients(vnc6)[0]).toMatch(/^fd50:117a:/);
    expect(desktopClients(`${head} 0: 0100007F:0D3D 0100007F:C3F2 01 0\n`)).toEqual([]);
    expect(desktopClients(`${head} 0: 0A00A8C0:0016 07654064:C3F2 01 0\n`)).toEqual([]);
    expect(desktopClients(`${head} 0: 0:0D3D 0000000000000000FFFF000007654064:C3F2 01 0\n`)).toEqual([
      '100.64.101.7',
    ]);
    expect(desktopClients('nonsense')).toEqual([]);
  });
});
