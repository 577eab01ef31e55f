import hashicorpKey from '../../../assets/keys/hashicorp.json' with { type: 'json' };

/** The key that a publisher signs with: known before anything is downloaded, never fetched. */
export interface PublisherKey {
  /** Of the primary key, 40 hex digits. */
  readonly fingerprint: string;
  readonly armored: string;
}

/** HashiCorp's key. When it is renewed or changed, a new Rigshare brings it. */
export const hashicorp: PublisherKey = {
  fingerprint: hashicorpKey.fingerprint,
  armored: `${hashicorpKey.armored.join('\n')}\n`,
};
