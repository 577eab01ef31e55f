import { readFile } from 'node:fs/promises';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { rootCertificates, type PeerCertificate, TLSSocket } from 'node:tls';
import type { Clock } from '../../core/ports/clock.ts';
import type { Greeting } from '../../core/ports/world.ts';

/** Where Linux distributions keep the certificates that the machine trusts: an owner's own authority is among them. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Says hello to a web server: one request whose answer's head is all that is read. Never rejects. */
export async function greet(url: string, timeoutMs: number, clock: Pick<Clock, 'now'>): Promise<Greeting> {
  if (!URL.canParse(url)) return { ok: false, why: 'unknown-name' };
  const encrypted = url.startsWith('https:');
  const ca = encrypted ? await trustedHere() : undefined;
  const began = clock.now();
  return new Promise((resolve) => {
    const asked: ClientRequest = (encrypted ? httpsRequest : httpRequest)(url, {
      method: 'GET',
      agent: false,
      timeout: timeoutMs,
      // Whether it is trusted is what we want to know; nothing secret is sent and nothing that is read is believed.
      ...(ca === undefined ? {} : { ca, rejectUnauthorized: false }),
    });
    const end = (one: Greeting): void => {
      clearTimeout(timer);
      asked.destroy();
      resolve(one);
    };
    const timer = setTimeout(() => end({ ok: false, why: 'timeout' }), timeoutMs);
    asked.once('response', (answer) => end(greeting(answer, began, clock.now())));
    asked.on('error', (error: NodeJS.ErrnoException) => end({ ok: false, why: whyNot(error.code) }));
    asked.end();
  });
}

function greeting(answer: IncomingMessage, began: number, ended: number): Greeting {
  const { socket } = answer;
  const date = Date.parse(answer.headers.date ?? '');
  const known = {
    ok: true,
    date: Number.isNaN(date) ? null : date,
    at: Math.round((began + ended) / 2),
  } as const;
  if (!(socket instanceof TLSSocket)) return { ...known, trusted: null, issuer: null };
  return { ...known, trusted: socket.authorized, issuer: issuerOf(socket.getPeerCertificate()) };
}

function issuerOf({ issuer }: Partial<PeerCertificate>): string | null {
  const words = [issuer?.CN, issuer?.O].flatMap((one) => one ?? []).join(', ');
  return words === '' ? null : words.slice(0, 200);
}

function whyNot(code: string | undefined): Extract<Greeting, { ok: false }>['why'] {
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown-name';
  return code === 'ETIMEDOUT' ? 'timeout' : 'unreachable';
}

async function trustedHere(): Promise<string[]> {
  for (const file of bundles) {
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null) return [...rootCertificates, text];
  }
  return [...rootCertificates];
}
