/**
 * Exchanges the token of a printed address (`#token=…`) for a session and takes it out of the address.
 * What the exchange answers is not needed: without a session the first call says so.
 */
export async function openSession(
  page: Pick<Window, 'location' | 'history'>,
  fetcher: typeof fetch,
): Promise<void> {
  const token = new URLSearchParams(page.location.hash.slice(1)).get('token');
  if (token === null) return;
  page.history.replaceState(null, '', `${page.location.pathname}#/`);
  const body = JSON.stringify({ token });
  const headers = { 'content-type': 'application/json' };
  await fetcher('/session', { method: 'POST', headers, body }).catch(() => undefined);
}
