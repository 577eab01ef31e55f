import { createPrivateKey, X509Certificate } from 'node:crypto';

/** The pool's certificates as texts (PEM). */
export interface CertificateTexts {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** What is to be known of certificates before an agent is started with them. */
export interface CertificatesSeen {
  /** The earliest end of what has to hold, epoch ms; null where they cannot be read. */
  readonly expiresAt: number | null;
  /** What is wrong with them in itself, for "Details"; null: nothing. */
  readonly fault: string | null;
}

/** Looks at certificates: whether they can be read, belong together, and until when they hold. */
export function lookAtCertificates({ ca, certificate, key }: CertificateTexts): CertificatesSeen {
  try {
    const [own, ...between] = certificatesIn(certificate);
    const roots = certificatesIn(ca);
    if (own === undefined || roots.length === 0) return { expiresAt: null, fault: 'no certificate' };
    const chain = chainOf(own, between, roots);
    const ends = (chain ?? [own]).map(({ validTo }) => Date.parse(validTo));
    return { expiresAt: Math.min(...ends), fault: faultOf(own, chain, key) };
  } catch (error) {
    return { expiresAt: null, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** What is wrong with the name in a certificate: servers take a client of a region only by its role's name. Null: nothing. */
export function wrongName(certificate: string, region: string): string | null {
  const name = `client.${region}.nomad`;
  const [own] = certificatesIn(certificate);
  if (own === undefined || own.checkHost(name) !== undefined) return null;
  return `${name} is not in ${own.subjectAltName ?? own.subject}`;
}

function faultOf(own: X509Certificate, chain: readonly X509Certificate[] | null, key: string): string | null {
  if (!own.checkPrivateKey(createPrivateKey(key))) return 'the key is not the certificate’s';
  return chain === null ? 'the certificate is not of the pool’s authority' : null;
}

/** From a certificate to the authority that vouches for it, both included; null where none does. */
function chainOf(
  own: X509Certificate,
  between: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): readonly X509Certificate[] | null {
  const vouches = (issuer: X509Certificate, of: X509Certificate): boolean =>
    of.checkIssued(issuer) && of.verify(issuer.publicKey);
  const chain = [own];
  for (let at = own; chain.length <= between.length + 1;) {
    const root = roots.find((one) => vouches(one, at));
    if (root !== undefined) return [...chain, root];
    const next = between.find((one) => !chain.includes(one) && vouches(one, at));
    if (next === undefined) return null;
    chain.push(next);
    at = next;
  }
  return null;
}

function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}
