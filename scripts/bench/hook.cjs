// Loaded before an app (electron -r): writes when it was ready and when a window showed its page to the file in BENCH_MARKS,
// one `name epochMs` a line, and closes the windows at SIGUSR2, as a person does.
const fs = require('node:fs');
const { app, BrowserWindow } = require('electron');

const mark = (name, atMs = Date.now()) => fs.appendFileSync(process.env.BENCH_MARKS, `${name} ${atMs}\n`);
const painted = `new Promise((resolve) => {
  new PerformanceObserver((list) => {
    const [entry] = list.getEntriesByName('first-contentful-paint');
    if (entry) resolve(performance.timeOrigin + entry.startTime);
  }).observe({ type: 'paint', buffered: true });
})`;

mark('main');
app.once('ready', () => mark('ready'));
app.on('web-contents-created', (_event, contents) => {
  contents.on('did-finish-load', () => {
    void contents.executeJavaScript(painted).then((atMs) => mark('painted', Math.round(atMs)));
  });
});
process.on('SIGUSR2', () => BrowserWindow.getAllWindows().forEach((window) => window.close()));
