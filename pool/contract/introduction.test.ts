import { expect, it } from 'vitest';
import { toBase64Url } from './base64url.ts';
import { introductionOf } from './introduction.ts';

const token = (claims: unknown): string => `eyJhbGciOiJSUzI1NiJ9.${toBase64Url(JSON.stringify(claims))}.c2ln`;

it('reads until when a token introduces, and whom', () => {
  expect(
    introductionOf(
      token({ exp: 1_900_000_000, nomad_node_name: 'rig', nomad_node_pool: 'contrib', aud: 'x' }),
    ),
  ).toEqual({ expiresAt: 1_900_000_000_000, nodeName: 'rig', nodePool: 'contrib' });
});

it('takes an empty name for none', () => {
  expect(introductionOf(token({ nomad_node_name: '', nomad_node_pool: 'default' }))).toEqual({
    expiresAt: null,
    nodeName: null,
    nodePool: 'default',
  });
});

it('learns nothing from a token that it cannot read', () => {
  const nothing = { expiresAt: null, nodeName: null, nodePool: null };
  for (const odd of ['', 'abc', 'a.b.c', 'a.!!.c', token([1]), token({ exp: 'soon' }), token(null)])
    expect(introductionOf(odd)).toEqual(nothing);
});
