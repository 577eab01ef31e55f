import { describe, expect, it } from 'vitest';
import { leave } from './leave.ts';
import { LocalApi } from './local-api.ts';
import type { LeaveTask } from './protocol.ts';
import { FakeDaemon } from './testing/fake-daemon.ts';

const controlUrl = 'https://pool.example';
const task: LeaveTask = {
  task: 'tailscale.leave',
  oldProfile: 'old1',
  newProfile: 'new1',
  controlUrl,
  formerOperator: 'bob',
};

/** At home in a network of the owner's and signed in to the pool's, with ours as operator of both. */
function joined(): FakeDaemon {
  const daemon = new FakeDaemon().signedIn({ prefs: { OperatorUser: 'alice' } });
  return daemon.signedIn({ ID: 'new1', ControlURL: controlUrl, prefs: { OperatorUser: 'alice' } });
}

const ids = (daemon: FakeDaemon): string[] => daemon.profiles.map((one) => one.ID);

describe('leaving the pool’s network as root', () => {
  it('goes back to the old profile, forgets the pool’s and puts the former operator back', async () => {
    const daemon = joined();
    await leave(new LocalApi(daemon.fetch), task);
    expect(daemon.current).toBe('old1');
    expect(ids(daemon)).toEqual(['old1']);
    expect(daemon.prefs['OperatorUser']).toBe('bob');
  });

  it('never logs out', async () => {
    const daemon = joined();
    await leave(new LocalApi(daemon.fetch), task);
    expect(daemon.changes.join(' ')).not.toContain('logout');
  });

  it('changes nothing more the second time', async () => {
    const daemon = joined();
    await leave(new LocalApi(daemon.fetch), task);
    const { changes } = daemon;
    await leave(new LocalApi(daemon.fetch), task);
    expect(daemon.changes).toEqual(changes);
  });

  it('leaves the owner on another network of theirs', async () => {
    const daemon = joined().signedIn({ ID: 'work', ControlURL: 'https://work.example' });
    await leave(new LocalApi(daemon.fetch), task);
    expect(daemon.current).toBe('work');
    expect(ids(daemon)).toEqual(['old1', 'work']);
  });

  it('finds a profile that was made and never noted by its control server', async () => {
    const daemon = joined();
    await leave(new LocalApi(daemon.fetch), { ...task, newProfile: null });
    expect(ids(daemon)).toEqual(['old1']);
    expect(daemon.current).toBe('old1');
  });

  it('forgets no unnoted profile on Tailscale’s own service, where others of the owner’s live', async () => {
    const daemon = joined().signedIn({ ID: 'other', ControlURL: 'https://controlplane.tailscale.com' });
    const leaving = { ...task, newProfile: null, controlUrl: 'https://controlplane.tailscale.com' };
    await leave(new LocalApi(daemon.fetch), leaving);
    expect(ids(daemon)).toEqual(['old1', 'new1', 'other']);
  });

  it('ends a sign-in that was cut off on the way', async () => {
    const daemon = new FakeDaemon().signedIn();
    await new LocalApi(daemon.fetch).newProfile();
    await leave(new LocalApi(daemon.fetch), { ...task, newProfile: null });
    expect(daemon.current).toBe('old1');
  });

  it('goes to an empty profile where the old one is gone', async () => {
    const daemon = joined();
    daemon.profiles.shift();
    await leave(new LocalApi(daemon.fetch), task);
    expect(daemon.current).toBe('');
    expect(ids(daemon)).toEqual([]);
  });
});
