import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { lookAtCertificates, wrongName } from './certificates.ts';
import * as made from './testing/certificates.ts';

const { authority: ca, client: certificate, clientKey: key } = made;

it('says until when a certificate holds: it, or the authority behind it, whichever ends first', () => {
  const end = Date.parse(new X509Certificate(certificate).validTo);
  expect(lookAtCertificates({ ca, certificate, key })).toEqual({ expiresAt: end, fault: null });
  const through = { ca, certificate: made.clientThroughAnother, key: made.clientThroughAnotherKey };
  expect(lookAtCertificates(through).expiresAt).toBe(Date.parse(new X509Certificate(ca).validTo));
});

it('takes a certificate through another one between, and an authority among several', () => {
  const both = `${made.otherAuthority}\n${ca}\n`;
  const through = { ca: both, certificate: made.clientThroughAnother, key: made.clientThroughAnotherKey };
  expect(lookAtCertificates(through).fault).toBeNull();
});

it('says what does not belong together', () => {
  expect(lookAtCertificates({ ca, certificate, key: made.commandLineKey }).fault).toContain('key');
  expect(lookAtCertificates({ ca: made.otherAuthority, certificate, key }).fault).toContain('authority');
  const [own = ''] = made.clientThroughAnother.split(/(?<=-----END CERTIFICATE-----)/);
  const alone = { ca, certificate: own, key: made.clientThroughAnotherKey };
  expect(lookAtCertificates(alone).fault).toContain('authority');
});

it('does not choke on what is no certificate', () => {
  const broken = certificate.replace(/M/g, 'N');
  for (const odd of ['', 'abc', broken]) {
    const seen = lookAtCertificates({ ca, certificate: odd, key });
    expect(seen.expiresAt).toBeNull();
    expect(seen.fault).not.toBeNull();
  }
  expect(lookAtCertificates({ ca, certificate, key: 'abc' }).fault).not.toBeNull();
});

it('tells the name of a client of the region from any other', () => {
  expect(wrongName(certificate, 'global')).toBeNull();
  expect(wrongName(made.clientThroughAnother, 'eu')).toBeNull();
  expect(wrongName(certificate, 'eu')).toContain('client.eu.nomad');
  expect(wrongName(made.commandLine, 'global')).toContain('cli.global.nomad');
});
