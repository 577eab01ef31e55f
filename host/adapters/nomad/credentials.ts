import { createHash } from 'node:crypto';
import { fail, problem } from '../../../contract/problems.ts';
import { introductionOf } from '../../../pool/contract/introduction.ts';
import type { Files } from '../../core/ports/files.ts';
import type { CredentialsSample } from '../../core/ports/nomad.ts';
import type { Secrets } from '../../core/ports/stores.ts';
import {
  type CertificatesSeen,
  type CertificateTexts,
  lookAtCertificates,
  wrongName,
} from './certificates.ts';
import type { Places } from './places.ts';

/** What an agent was started with, as far as a later start may differ. */
export interface StartedWith {
  /** SHA-256 of the certificates and their key; '' without any. */
  readonly tls: string;
  /** SHA-256 of the introduction; '' without one. */
  readonly introduction: string;
}

/** What the pool gave this computer to be known by: certificates, and an introduction until it is taken in. */
export class Credentials {
  readonly #secrets: Secrets;
  readonly #files: Pick<Files, 'privateFolder' | 'replace' | 'remove'>;
  readonly #places: Pick<Places, 'state' | 'introduction'>;
  #seen: { readonly of: string; readonly seen: CertificatesSeen } | null = null;
  #mayLie = true;

  constructor(
    secrets: Secrets,
    files: Pick<Files, 'privateFolder' | 'replace' | 'remove'>,
    places: Pick<Places, 'state' | 'introduction'>,
  ) {
    this.#secrets = secrets;
    this.#files = files;
    this.#places = places;
  }

  /** What lies here now, and whether a running agent should have another. `isKnown`: the pool has taken it in. */
  async look(started: StartedWith | null, isKnown: boolean): Promise<CredentialsSample> {
    const [texts, token] = [await this.#certificates(), await this.#secrets.read('introduction-token')];
    const tls = texts === null ? null : this.#look(texts);
    return {
      tls:
        tls === null
          ? null
          : {
              expiresAt: tls.expiresAt,
              problem: tls.fault === null ? null : problem('tls-invalid', tls.fault),
            },
      introduction: token === null ? null : { expiresAt: introductionOf(token).expiresAt },
      changed:
        started !== null &&
        (started.tls !== digest(texts) ||
          (!isKnown && token !== null && started.introduction !== hash(token))),
    };
  }

  /** What an agent that is started now is started with. */
  async now(): Promise<StartedWith> {
    const token = await this.#secrets.read('introduction-token');
    return { tls: digest(await this.#certificates()), introduction: token === null ? '' : hash(token) };
  }

  /** Certificates that the pool's servers will take from a client of this region. Problems: secrets-lost, tls-invalid. */
  async check(region: string): Promise<void> {
    const texts = await this.#certificates();
    if (texts === null) return fail('secrets-lost', 'certificates');
    const fault = this.#look(texts).fault ?? wrongName(texts.certificate, region);
    if (fault !== null) fail('tls-invalid', fault);
  }

  /** Puts the introduction where an agent reads it at its start, and nowhere else. */
  async placeIntroduction(): Promise<void> {
    const token = await this.#secrets.read('introduction-token');
    await this.#files.privateFolder(this.#places.state);
    if (token === null) await this.#files.remove(this.#places.introduction);
    else await this.#files.replace(this.#places.introduction, token);
    this.#mayLie = true;
  }

  /** The pool has taken this computer in: what introduced it has done its work. Nomad itself leaves the file where it is. */
  async forgetIntroduction(): Promise<void> {
    if (!this.#mayLie && (await this.#secrets.read('introduction-token')) === null) return;
    await this.#files.remove(this.#places.introduction);
    await this.#secrets.forget('introduction-token');
    this.#mayLie = false;
  }

  async #certificates(): Promise<CertificateTexts | null> {
    const ca = await this.#secrets.read('tls-ca');
    if (ca === null) return null;
    const [certificate, key] = [
      await this.#secrets.read('tls-certificate'),
      await this.#secrets.read('tls-key'),
    ];
    return certificate === null || key === null ? null : { ca, certificate, key };
  }

  /** Certificates are read again only where they are others. */
  #look(texts: CertificateTexts): CertificatesSeen {
    const of = digest(texts);
    if (this.#seen?.of !== of) this.#seen = { of, seen: lookAtCertificates(texts) };
    return this.#seen.seen;
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const digest = (texts: CertificateTexts | null): string =>
  texts === null ? '' : hash([texts.ca, texts.certificate, texts.key].join('\0'));
