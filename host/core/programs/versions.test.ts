import { describe, expect, it } from 'vitest';
import { boundsOf, chooseVersion, fits, oldestNomad, updateFor } from './versions.ts';

const published = ['1.10.5', '2.0.2', '2.0.3', '2.0.4', '2.0.5', '2.0.10', '2.1.0', '2.1.1', '3.0.0'];

describe('the bounds of a pool', () => {
  it.each([
    [null, null, null, oldestNomad, null],
    ['2.0.1', null, null, oldestNomad, null],
    ['2.0.9', null, null, '2.0.9', null],
    [null, '2.0.5', null, oldestNomad, '2.0.5'],
    [null, '2.0.5', '2.1.0', oldestNomad, '2.0.5'],
    [null, '2.1.0', '2.0.10', oldestNomad, '2.0.10'],
    [null, null, '2.0.10', oldestNomad, '2.0.10'],
  ])('minimum %s, pin %s, server %s: from %s to %s', (minimumVersion, pinnedVersion, server, from, to) => {
    expect(boundsOf({ minimumVersion, pinnedVersion }, server)).toEqual({ minimum: from, maximum: to });
  });

  it.each([
    ['2.0.3', null, 'too-old'],
    ['2.0.4', null, 'yes'],
    ['2.0.10', '2.0.9', 'too-new'],
    ['2.0.9', '2.0.10', 'yes'],
    ['2.0.9', '2.0.9', 'yes'],
  ])('%s with a limit of %s: %s', (version, maximum, is) => {
    expect(fits(version, { minimum: oldestNomad, maximum })).toBe(is);
  });
});

describe('the version to install', () => {
  it.each([
    ['the newest patch of the oldest line while no server was seen', null, null, null, '2.0.10'],
    ['of the line that the invite asks for', '2.1.0', null, null, '2.1.1'],
    ['the pinned one', null, '2.0.5', null, '2.0.5'],
    ['never newer than the oldest server', null, null, '2.0.9', '2.0.5'],
    ['a later line once the servers have it', null, null, '2.1.0', '2.1.0'],
    ['never another major version', null, null, '3.0.0', '2.1.1'],
    ['none below the floor', null, '2.0.3', null, null],
    ['none where the pool asks for what is not published', '2.2.0', null, null, null],
  ])('is %s', (_, minimumVersion, pinnedVersion, server, expected) => {
    expect(chooseVersion(published, boundsOf({ minimumVersion, pinnedVersion }, server))).toBe(expected);
  });
});

describe('the update to offer', () => {
  const with_ = (server: string | null) => boundsOf({ minimumVersion: null, pinnedVersion: null }, server);
  it('is the newest that the servers allow', () => {
    expect(updateFor('2.0.4', published, with_('2.0.5'), [])).toBe('2.0.5');
    expect(updateFor('2.0.4', published, with_('2.1.1'), [])).toBe('2.1.1');
  });
  it('is none where the present one is the newest allowed, or the servers are not known', () => {
    expect(updateFor('2.0.5', published, with_('2.0.5'), [])).toBeNull();
    expect(updateFor('2.0.10', published, with_('2.0.5'), [])).toBeNull();
    expect(updateFor('2.0.4', published, with_(null), [])).toBeNull();
  });
  it('is never one that failed here', () => {
    expect(updateFor('2.0.4', published, with_('2.0.10'), ['2.0.10'])).toBe('2.0.5');
    expect(updateFor('2.0.5', published, with_('2.0.10'), ['2.0.10'])).toBeNull();
  });
});
