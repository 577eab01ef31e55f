import { app, shell, type Session, type WebContents } from 'electron';
import { mayOpenOutside } from './external-links.ts';
import { pageOrigin } from './page-files.ts';

/** Refuses to every page what ours has no use for. Call before the first window; `signInUrl` tells the address now shown for signing in, or null. */
export function holdPagesToTheirPlace(signInUrl: () => string | null): void {
  app.on('web-contents-created', (_event, contents) => {
    refuseNavigation(contents);
    contents.setWindowOpenHandler(({ url }) => {
      if (mayOpenOutside(url, signInUrl())) void shell.openExternal(url);
      return { action: 'deny' };
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

/** Gives pages of this session no permission, and no way out but our own scheme. */
export function closeSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !isOurs(details.url) }));
}

function refuseNavigation(contents: WebContents): void {
  const refuse = (event: { preventDefault: () => void; url: string }) => {
    if (!event.url.startsWith(`${pageOrigin}/`)) event.preventDefault();
  };
  contents.on('will-frame-navigate', refuse);
  contents.on('will-redirect', refuse);
}

/** Our page, what it draws itself (`data:`), and the developer tools of a checkout. */
function isOurs(url: string): boolean {
  return (
    url.startsWith(`${pageOrigin}/`) ||
    url.startsWith('data:') ||
    (!app.isPackaged && url.startsWith('devtools:'))
  );
}
