import { createHash } from 'node:crypto';
import type { PrivateKey } from 'openpgp';

/** The public half of a publisher's key. */
export interface PublicHalf {
  readonly fingerprint: string;
  readonly armored: string;
}

/** Somebody who signs what they publish, with a key made for it. */
export class Publisher {
  readonly publicHalf: PublicHalf;
  /** By which signature files are named. */
  readonly keyId: string;
  readonly #key: PrivateKey;

  private constructor(key: PrivateKey) {
    const fingerprint = key.getFingerprint().toUpperCase();
    this.#key = key;
    this.keyId = fingerprint.slice(-8);
    this.publicHalf = { fingerprint, armored: key.toPublic().armor() };
  }

  /** A key made at this time (epoch ms), with a subkey for signing, good for so many seconds. */
  static async create(now: number, seconds = 0): Promise<Publisher> {
    const { generateKey } = await import('openpgp');
    const { privateKey } = await generateKey({
      type: 'ecc',
      userIDs: [{ name: 'Demo publisher', email: 'security@publisher.example' }],
      subkeys: [{ sign: true }],
      date: new Date(now),
      keyExpirationTime: seconds,
      format: 'object',
    });
    return new Publisher(privateKey);
  }

  /** A detached signature, made at this time. */
  async sign(text: string, now: number): Promise<Uint8Array> {
    const { createMessage, sign } = await import('openpgp');
    return sign({
      message: await createMessage({ binary: Buffer.from(text) }),
      signingKeys: this.#key,
      detached: true,
      format: 'binary',
      date: new Date(now),
    });
  }
}

/** SHA-256 in hex. */
export const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
