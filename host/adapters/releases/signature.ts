import type { Key } from 'openpgp';
import { fail } from '../../../contract/problems.ts';
import type { PublisherKey } from './publisher.ts';

/** A detached signature as it was fetched. */
export interface Signed {
  readonly text: Uint8Array;
  readonly signature: Uint8Array;
}

/** Key ids by which the publisher names its signature files, the last 8 or 16 hex digits of a fingerprint. */
export async function keyIds(publisher: PublisherKey): Promise<ReadonlySet<string>> {
  const key = await readPinned(publisher);
  const fingerprints = [key, ...key.subkeys].map((one) => one.getFingerprint().toUpperCase());
  return new Set(fingerprints.flatMap((one) => [one.slice(-16), one.slice(-8)]));
}

/**
 * Verifies a detached signature with the pinned key, at this time (epoch ms).
 * Problems: release-key-expired, release-key-unknown, release-signature-wrong.
 */
export async function verifySignature(
  { text, signature }: Signed,
  publisher: PublisherKey,
  now: number,
): Promise<void> {
  const { createMessage, readSignature, verify } = await import('openpgp');
  const key = await readPinned(publisher);
  const expires = await key.getExpirationTime();
  // Also for what was signed before: whoever has an expired key may date a signature as they like.
  if (expires === null || Number(expires) <= now) fail('release-key-expired', describe(key, publisher));
  const parsed = await readSignature({ binarySignature: signature }).catch(() =>
    fail('release-signature-wrong', 'it is no signature'),
  );
  const signers = parsed.getSigningKeyIDs();
  const ours = signers.some((id) => key.getKeys(id).length > 0);
  if (!ours)
    fail(
      'release-key-unknown',
      `signed by ${signers.map((id) => id.toHex().toUpperCase()).join(', ') || 'nobody'}; known is ${publisher.fingerprint}`,
    );
  const message = await createMessage({ binary: text });
  const { signatures } = await verify({
    message,
    signature: parsed,
    verificationKeys: key,
    date: new Date(now),
    expectSigned: false,
  });
  // One by a key of ours must hold; others beside it mean nothing.
  const results = await Promise.all(
    signatures.map(({ verified }) =>
      verified.then(
        () => null,
        (error: unknown) => String(error),
      ),
    ),
  );
  if (!results.includes(null)) fail('release-signature-wrong', results.filter((r) => r !== null).join('; '));
}

/** The key as it was shipped: a file that was exchanged is another key, whatever it says. */
async function readPinned({ armored, fingerprint }: PublisherKey): Promise<Key> {
  const { readKey } = await import('openpgp');
  const key = await readKey({ armoredKey: armored });
  if (key.getFingerprint().toUpperCase() !== fingerprint.toUpperCase())
    fail('release-key-unknown', `${key.getFingerprint().toUpperCase()} is not ${fingerprint}`);
  return key;
}

const describe = (key: Key, { fingerprint }: PublisherKey): string =>
  `${fingerprint} (${key.getUserIDs()[0] ?? ''})`;
