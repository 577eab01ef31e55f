import { type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { Clock } from '../../core/ports/clock.ts';
import { type Fetch, type HttpAnswer, type HttpRequest, Unreachable } from '../../core/ports/world.ts';
import { send } from './http.ts';

/** Where HashiCorp publishes its programs. */
const publisherBase = 'https://releases.hashicorp.com';

/** A site that sends people on sends them a few times at most. */
const redirectsMax = 3;

/**
 * The releases site: the publisher's, or a mirror named by `RIGSHARE_RELEASES_URL`. Whatever it is, what comes from it is
 * verified with the publisher's key; so plain http is let through on loopback alone.
 */
export function releasesBase(env: NodeJS.ProcessEnv): URL {
  const named = env['RIGSHARE_RELEASES_URL'];
  const mirror = named === undefined ? null : urlOf(named);
  return mirror !== null && isSafe(mirror) ? mirror : new URL(publisherBase);
}

/** Speaks to a site of the open internet: through the proxy that the environment names, and on to no other publisher's host. */
export function httpToSite(base: URL, env: NodeJS.ProcessEnv, clock: Clock): Fetch {
  let dispatcher: Dispatcher | null = null;
  return async (wanted) => {
    dispatcher ??= throughProxy(env);
    return follow(base, dispatcher, clock, wanted);
  };
}

function throughProxy(env: NodeJS.ProcessEnv): Dispatcher {
  const named = (name: string): string => env[name.toLowerCase()] ?? env[name] ?? '';
  try {
    return new EnvHttpProxyAgent({
      httpProxy: named('HTTP_PROXY'),
      httpsProxy: named('HTTPS_PROXY'),
      noProxy: named('NO_PROXY'),
      // Limits are the request's own: for its head, and for each stretch of silence.
      pipelining: 0,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  } catch {
    throw new Unreachable('broken', 'the address of the proxy in the environment is not one');
  }
}

async function follow(
  base: URL,
  dispatcher: Dispatcher,
  clock: Clock,
  wanted: HttpRequest,
): Promise<HttpAnswer> {
  let url = new URL(`${base.href.replace(/\/+$/, '')}${wanted.path}`);
  for (let redirects = 0; ; redirects++) {
    const answer = await send(url.href, dispatcher, clock, wanted);
    const to = answer.header('location');
    if (answer.status < 300 || answer.status > 399 || answer.status === 304 || to === null) return answer;
    await answer.text();
    const next = urlOf(to, url);
    if (redirects >= redirectsMax || next === null || !mayGoOn(base, next))
      throw new Unreachable('refused', `sent on to ${next?.host ?? 'nowhere'}, which is not the publisher's`);
    url = next;
  }
}

/** Only encrypted, and only to a host of the same publisher; a mirror sends nobody anywhere else. */
function mayGoOn(base: URL, next: URL): boolean {
  if (next.origin === base.origin) return true;
  const isPublishers = base.origin === publisherBase && /(^|\.)hashicorp\.com$/.test(next.hostname);
  return isPublishers && next.protocol === 'https:' && next.port === '';
}

const urlOf = (text: string, base?: URL): URL | null =>
  URL.canParse(text, base) ? new URL(text, base) : null;

const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' ||
  (protocol === 'http:' && (/^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === '[::1]'));
