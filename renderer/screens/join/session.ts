/** Where the person at this page comes from, as the window was told; nothing where they are here, or in a browser. */
export function sessionHere(): { readonly session?: { readonly from: string; readonly mayBeLost: boolean } } {
  const from = new URLSearchParams(window.location.search).get('from');
  return from === null ? {} : { session: { from, mayBeLost: false } };
}
