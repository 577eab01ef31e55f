import { readKey } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { hashicorp } from './publisher.ts';
import { keyIds, verifySignature } from './signature.ts';

describe('the pinned key', () => {
  it('is HashiCorp’s renewed one, with the subkey that signs, good until March 2030', async () => {
    const key = await readKey({ armoredKey: hashicorp.armored });
    expect(key.getFingerprint().toUpperCase()).toBe(hashicorp.fingerprint);
    expect(hashicorp.fingerprint).toBe('C874011F0AB405110D02105534365D9472D7468F');
    const expires = await key.getExpirationTime();
    expect(new Date(Number(expires)).toISOString().slice(0, 10)).toBe('2030-03-01');
    const signing = await key.getSigningKey(undefined, new Date('2026-11-25'));
    expect(signing.getFingerprint().toUpperCase()).toBe('374EC75B485913604A831CC7C820C6D5CD27AB87');
  });

  it('is known by the ids that signature files are named after', async () => {
    const ids = await keyIds(hashicorp);
    for (const id of ['72D7468F', '34365D9472D7468F', 'C820C6D5CD27AB87']) expect(ids.has(id)).toBe(true);
  });

  it('is no longer believed once it has expired', async () => {
    const signed = { text: new Uint8Array([1]), signature: new Uint8Array([1]) };
    await expect(verifySignature(signed, hashicorp, Date.UTC(2030, 2, 2))).rejects.toMatchObject({
      problem: { code: 'release-key-expired' },
    });
    await expect(verifySignature(signed, hashicorp, Date.UTC(2026, 10, 25))).rejects.toMatchObject({
      problem: { code: 'release-signature-wrong' },
    });
  });
});
