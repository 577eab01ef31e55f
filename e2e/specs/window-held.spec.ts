import { expect, test } from '../fixtures/test.ts';
import { Rigshare } from '../screens/rigshare.ts';

test('the page has no way out of its window', async ({ desktop }) => {
  const app = await desktop.start();
  const page = await app.window();
  await expect(new Rigshare(page).title).toHaveText('Home');
  const opened = await app.electron.evaluate(({ shell }) => {
    const asked: string[] = [];
    shell.openExternal = (url) => {
      asked.push(url);
      return Promise.resolve();
    };
    (globalThis as { asked?: string[] }).asked = asked;
    return asked.length;
  });
  expect(opened).toBe(0);

  const tried = await page.evaluate(async () => {
    const failed = (work: Promise<unknown>) =>
      work.then(
        () => false,
        () => true,
      );
    const image = (src: string) =>
      new Promise((done, fail) => Object.assign(new Image(), { onload: done, onerror: fail, src }));
    window.location.href = 'https://evil.example/';
    const popup = window.open('https://evil.example/');
    window.open('https://tailscale.com/download');
    return {
      node: [
        typeof (globalThis as { require?: unknown }).require,
        typeof (globalThis as { process?: unknown }).process,
      ],
      popup,
      fetched: !(await failed(fetch('https://evil.example/'))),
      loopback: !(await failed(fetch('http://127.0.0.1:9/'))),
      image: !(await failed(image('https://evil.example/x.png'))),
      file: !(await failed(fetch('file:///etc/passwd'))),
      eval: await failed(
        Promise.resolve().then(() => (Reflect.construct(Function, ['return 1']) as () => unknown)()),
      ),
      notifications: await Notification.requestPermission(),
      outside: (await fetch('/..%2f..%2fpackage.json')).status,
      host: (await fetch('/../host/main.js')).status,
    };
  });
  expect(tried).toEqual({
    node: ['undefined', 'undefined'],
    popup: null,
    fetched: false,
    loopback: false,
    image: false,
    file: false,
    eval: true,
    notifications: 'denied',
    outside: 404,
    host: 404,
  });
  expect(page.url()).toMatch(/^app:\/\/rigshare\//);
  expect(await app.windows()).toBe(1);
  const asked = await app.electron.evaluate(() => (globalThis as { asked?: string[] }).asked);
  expect(asked).toEqual(['https://tailscale.com/download']);
});

test('the window is sandboxed, isolated and without a preload', async ({ desktop }) => {
  const app = await desktop.start();
  await app.window();
  const settings = await app.electron.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences: () => object;
    };
    return contents.getLastWebPreferences();
  });
  expect(settings).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
  });
  expect(settings).not.toHaveProperty('preload');
});
