import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeNamePattern } from '../../../contract/consent-choice.ts';
import { demoInvite } from '../../demo/invite.ts';
import { emptyIntent, type PoolIntent } from '../intent.ts';
import { nodeName, randomNodeName, tidyNodeName } from './node-name.ts';

const example = demoInvite(0);

const poolOf = (name: string | null): PoolIntent => ({
  invite: { ...example, nomad: { ...example.nomad, nodeName: name } },
  hasAuthKey: false,
  hasTls: false,
  hasIntroduction: false,
  acceptedAt: 0,
});

describe("this computer's name in the pool", () => {
  it('is made up of words and a number, always fit for a network', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        const name = randomNodeName(() => random);
        expect(name).toMatch(/^[a-z]+-[a-z]+-\d{4}$/);
        expect(name).toMatch(nodeNamePattern);
      }),
    );
  });
  it.each([
    ['My Rig', 'my-rig'],
    ['Küche.local', 'kuche-local'],
    ['--a--', 'a'],
    ['x'.repeat(60), 'x'.repeat(40)],
    ['中文', null],
    ['', null],
    ['a\nb;rm -rf /', 'a-b-rm-rf'],
  ])('of %j is %j', (typed, tidy) => {
    expect(tidyNodeName(typed)).toBe(tidy);
  });
  it('is fit for a network or nothing, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 90 }), (typed) => {
        const tidy = tidyNodeName(typed);
        if (tidy !== null) expect(tidy).toMatch(nodeNamePattern);
      }),
    );
  });
  it("is the invite's before the owner's, and the owner's before the system's", () => {
    const own = { ...emptyIntent, nodeName: 'quiet-otter-4821' };
    expect(nodeName(own, poolOf('given'), 'desk')).toBe('given');
    expect(nodeName(own, poolOf(null), 'desk')).toBe('quiet-otter-4821');
    expect(nodeName(emptyIntent, poolOf(null), 'Mira’s Desk')).toBe('mira-s-desk');
    expect(nodeName(emptyIntent, poolOf(null), '。')).toBe('rigshare');
  });
});
