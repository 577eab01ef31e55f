/** What a browser without a session gets: it exchanges the address's token and comes back with the cookie. */
export const signInPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Rigshare</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;display:grid;place-content:center;min-height:90vh;margin:1rem;text-align:center}</style>
</head>
<body>
<main role="alert" hidden>
<p>This address was used already, or Rigshare was started again since. Open the address that it printed at its last start.</p>
<p lang="zh-CN">此地址已被使用，或 Rigshare 已重新启动。请打开它最近一次启动时显示的地址。</p>
</main>
<script src="/session.js"></script>
</body>
</html>
`;

/** The page's script. */
export const signInScript = `const token = new URLSearchParams(location.hash.slice(1)).get('token');
const open = token === null ? Promise.resolve(false) : fetch('/session', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ token }),
}).then((answer) => answer.ok, () => false);
open.then((ok) => {
  if (ok) location.replace('/');
  else document.querySelector('main').hidden = false;
});
`;
