import { fromBase64Url, toBase64Url } from './base64url.ts';
import { type Introduction, introductionOf } from './introduction.ts';
import { inviteExpiresAt, inviteSchema, inviteVersion, type Invite } from './invite.ts';

/** The scheme and place of an invite link. */
export const inviteLinkPrefix = 'rigshare://join#';

/** Longest invite accepted, in characters; a full one with TLS has about 8,000. */
export const inviteMaxLength = 100_000;

/** Why a text is no invite; each is a problem code `invite-…` of the app. */
export type InviteFault =
  'malformed' | 'truncated' | 'newer' | 'expired' | 'too-large' | 'hostile' | 'secret-in-link';

/** An invite, or why not, with a line for "Details". */
export type ReadInvite =
  | { readonly ok: true; readonly invite: Invite }
  | { readonly ok: false; readonly fault: InviteFault; readonly detail: string };

/**
 * Reads an invite from a file's or a link's text at the time `now` (epoch ms).
 * A link reaches a program as its argument, which every local user can read: it may carry a one-off auth key, never a TLS key or an introduction token.
 */
export function readInvite(input: string, now: number): ReadInvite {
  if (input.length > inviteMaxLength) return no('too-large', `${input.length} characters`);
  const trimmed = input.replace(/^\ufeff/, '').trim();
  const isLink = trimmed.toLowerCase().startsWith('rigshare:');
  const json = isLink ? linkJson(trimmed) : trimmed;
  if (typeof json !== 'string') return json;
  return readJson(json, isLink, now);
}

/** The link of an invite. Its length is in it, so that a cut-off link is told from a wrong one. */
export function inviteLink(invite: Invite): string {
  const encoded = toBase64Url(JSON.stringify(invite));
  return `${inviteLinkPrefix}${encoded.length}.${encoded}`;
}

function linkJson(link: string): string | ReadInvite {
  if (!link.startsWith(inviteLinkPrefix)) return no('hostile', 'not a join link');
  const [, length, encoded] = /^(\d{1,6})\.(.*)$/s.exec(link.slice(inviteLinkPrefix.length)) ?? [];
  if (length === undefined || encoded === undefined)
    return no(link.length === inviteLinkPrefix.length ? 'truncated' : 'malformed', 'no length');
  if (encoded.length < Number(length)) return no('truncated', `${encoded.length} of ${length} characters`);
  const json = encoded.length > Number(length) ? null : fromBase64Url(encoded);
  return json ?? no('malformed', 'not base64url');
}

function readJson(json: string, isLink: boolean, now: number): ReadInvite {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    // Not the parser's words: they repeat a part of the text, which may be of a key.
    return no(
      json.startsWith('{') && !json.endsWith('}') ? 'truncated' : 'malformed',
      `not JSON, ${json.length} characters`,
    );
  }
  const version = typeof raw === 'object' && raw !== null && 'rigshare' in raw ? raw.rigshare : undefined;
  if (typeof version === 'number' && version > inviteVersion) return no('newer', `version ${version}`);
  const parsed = inviteSchema.safeParse(raw);
  if (!parsed.success) return faultOf(parsed.error.issues);
  const { token, invite } = introduced(parsed.data);
  if (token !== null && token.nodePool !== null && token.nodePool !== invite.nomad.nodePool)
    return no('malformed', 'nomad.introductionToken: it is for another node pool');
  if (isLink && (invite.nomad.tls || invite.nomad.introductionToken))
    return no('secret-in-link', invite.nomad.tls ? 'nomad.tls' : 'nomad.introductionToken');
  const expiresAt = inviteExpiresAt(invite);
  if (expiresAt !== null && expiresAt <= now) return no('expired', new Date(expiresAt).toISOString());
  return { ok: true, invite };
}

/** The invite with what its introduction token says of itself: until when it introduces, and under which name alone. */
function introduced(invite: Invite): { readonly token: Introduction | null; readonly invite: Invite } {
  const { introductionToken, introductionExpiresAt, nodeName } = invite.nomad;
  if (introductionToken == null) return { token: null, invite };
  const token = introductionOf(introductionToken);
  const bound = inviteSchema.shape.nomad.shape.nodeName.safeParse(token.nodeName).data ?? null;
  const told = {
    introductionExpiresAt: introductionExpiresAt ?? token.expiresAt,
    nodeName: nodeName ?? bound,
  };
  return { token, invite: { ...invite, nomad: { ...invite.nomad, ...told } } };
}

function faultOf(
  issues: readonly {
    readonly path: readonly PropertyKey[];
    readonly message: string;
    readonly params?: unknown;
  }[],
): ReadInvite {
  const hostile = issues.find(
    (i) => typeof i.params === 'object' && i.params !== null && 'hostile' in i.params,
  );
  const issue = hostile ?? issues[0];
  return no(
    hostile ? 'hostile' : 'malformed',
    issue ? `${issue.path.map(String).join('.')}: ${issue.message}` : 'empty',
  );
}

const no = (fault: InviteFault, detail: string): ReadInvite => ({ ok: false, fault, detail });
