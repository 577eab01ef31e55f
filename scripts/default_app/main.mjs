// Runs the app named by the first argument that is no switch, as the default app of an Electron download does.
import { app } from 'electron';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** What the command line asks for: modules to load first (`-r FILE`) and the app's folder or file. */
function wanted(args) {
  const preloads = [];
  for (let i = 0; i < args.length; i += 1) {
    if (args[i] === '-r' || args[i] === '--require') preloads.push(args[(i += 1)]);
    else if (!args[i].startsWith('-')) return { preloads, target: path.resolve(args[i]) };
  }
  return { preloads };
}

/** Gives the app its own name, version and folder, read from its package.json. */
function introduce(target) {
  const manifest = path.join(target, 'package.json');
  if (!fs.existsSync(manifest)) return app.setAppPath(path.dirname(target));
  const { version, productName, name, desktopName } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  if (version) app.setVersion(version);
  app.name = productName ?? name ?? app.name;
  app.setDesktopName(desktopName ?? `${app.name}.desktop`);
  return app.setAppPath(target);
}

const args = process.argv.slice(1);
if (args.includes('--version') || args.includes('-v')) {
  process.stdout.write(`v${process.versions.electron}\n`);
  process.exit(0);
}
const { preloads, target } = wanted(args);
if (!target) {
  process.stderr.write('usage: electron [switches] <app folder or file>\n');
  process.exit(1);
}
const require = createRequire(path.join(process.cwd(), 'any.js'));
for (const preload of preloads) require(preload);
Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });
introduce(target);
await import(pathToFileURL(createRequire(import.meta.url).resolve(target)).href);
