import { describe, expect, it, vi } from 'vitest';
import { openSession } from './session.ts';

function pageAt(hash: string) {
  const replaceState = vi.fn();
  const page = {
    location: { hash, pathname: '/' } as Location,
    history: { replaceState } as unknown as History,
  };
  return { page, replaceState };
}

describe('the token of a printed address', () => {
  it('is exchanged once and taken out of the address', async () => {
    const { page, replaceState } = pageAt('#token=abc');
    const fetcher = vi.fn<typeof fetch>(() => Promise.resolve(new Response(null, { status: 204 })));
    await openSession(page, fetcher);
    expect(fetcher).toHaveBeenCalledExactlyOnceWith(
      '/session',
      expect.objectContaining({ method: 'POST', body: '{"token":"abc"}' }),
    );
    expect(replaceState).toHaveBeenCalledWith(null, '', '/#/');
  });

  it('does not keep the page from opening where the exchange fails', async () => {
    const { page, replaceState } = pageAt('#token=abc');
    await openSession(page, () => Promise.reject(new TypeError('fetch failed')));
    expect(replaceState).toHaveBeenCalledOnce();
  });

  it('is not looked for in a screen’s address', async () => {
    const { page, replaceState } = pageAt('#/join');
    const fetcher = vi.fn<typeof fetch>();
    await openSession(page, fetcher);
    expect(fetcher).not.toHaveBeenCalled();
    expect(replaceState).not.toHaveBeenCalled();
  });
});
