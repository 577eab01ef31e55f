import { describe, expect, it } from 'vitest';
import type { DaemonStatus, Prefs } from './local-api.ts';
import { sampleOf, usesOf } from './sample.ts';

const status: DaemonStatus = {
  Version: '1.98.9',
  BackendState: 'Running',
  CurrentTailnet: { Name: 'mira@example.com' },
  Self: { ID: '1' },
};
const nothing = {
  routes: [],
  exitNodeOffered: false,
  exitNodeUsed: null,
  serve: false,
  funnel: false,
  ssh: false,
};

describe('what the own network is used for', () => {
  it('is nothing where nothing is set', () => {
    expect(usesOf(status, {}, {})).toEqual(nothing);
    const empty = { TCP: null, Web: {}, AllowFunnel: { 'a:443': false } };
    expect(usesOf(status, { AdvertiseRoutes: null, ExitNodeID: '' }, empty)).toEqual(nothing);
  });

  it.each<[string, Prefs, object]>([
    ['routes', { AdvertiseRoutes: ['192.168.7.0/24'] }, { routes: ['192.168.7.0/24'] }],
    ['an exit node offered', { AdvertiseRoutes: ['0.0.0.0/0', '::/0'] }, { exitNodeOffered: true }],
    ['an exit node in use, by its id', { ExitNodeID: 'nQ7' }, { exitNodeUsed: 'nQ7' }],
    ['an exit node in use, by its address', { ExitNodeIP: '100.64.0.9' }, { exitNodeUsed: '100.64.0.9' }],
    ['logins', { RunSSH: true }, { ssh: true }],
  ])('names %s', (_, prefs, uses) => {
    expect(usesOf(status, prefs, {})).toEqual({ ...nothing, ...uses });
  });

  it('names the exit node in use where it is in sight', () => {
    const seen = { ...status, Peer: { a: { HostName: 'berlin', ExitNode: true } } };
    expect(usesOf(seen, { ExitNodeID: 'nQ7' }, {}).exitNodeUsed).toBe('berlin');
  });

  it.each([
    { TCP: { '8443': {} } },
    { Web: { 'rig:443': {} } },
    { Services: { 'svc:x': {} } },
    { Foreground: { session: {} } },
  ])('says that something is served: %j', (serving) => {
    expect(usesOf(status, {}, serving)).toEqual({ ...nothing, serve: true });
  });

  it('says that something is served to the internet', () => {
    expect(usesOf(status, {}, { AllowFunnel: { 'rig:443': true } }).funnel).toBe(true);
  });

  it('says what the network is called', () => {
    const known = sampleOf({ status, prefs: {}, profile: 'p1' }, null, 1);
    expect(known.network).toBe('mira@example.com');
    const unnamed = { ...status, CurrentTailnet: null };
    expect(sampleOf({ status: unnamed, prefs: {}, profile: 'p1' }, null, 1).network).toBeNull();
  });
});
