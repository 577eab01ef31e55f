import { expect, it } from 'vitest';
import { whyNotRegistered } from './introduction.ts';

const now = 1_900_000_000_000;
const refused =
  '2026-11-25T14:41:02Z [ERROR] client: error registering: error="rpc error: Permission denied"\n';
const valid = { expiresAt: now + 1 };

it('tells by what introduced it why a computer is refused', () => {
  expect(whyNotRegistered(refused, null, now)).toBe('introduction-missing');
  expect(whyNotRegistered(refused, { expiresAt: now }, now)).toBe('introduction-expired');
  expect(whyNotRegistered(refused, valid, now)).toBe('introduction-refused');
  expect(whyNotRegistered(refused, { expiresAt: null }, now)).toBe('introduction-refused');
});

it('blames nothing on the introduction where no server refused it', () => {
  const lost =
    '[ERROR] client: error registering: error="rpc error: failed to get conn: dial tcp: i/o timeout"\n';
  for (const output of [
    '',
    lost,
    `${refused}${lost}`,
    `${refused}[INFO] client: node registration complete\n`,
  ])
    expect(whyNotRegistered(output, null, now)).toBe('nomad-not-registering');
});
