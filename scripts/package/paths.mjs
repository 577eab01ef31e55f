// Where `npm run package` leaves what it makes on Linux.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../parts/checkout.mjs';

const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
/** The folder of everything that is made. */
export const release = path.join(root, 'release');
const folder = path.join(release, 'linux-unpacked');

/** The unpacked app (its program and command line), the packages made of it, and the asar inside. */
export const packaged = {
  folder,
  program: path.join(folder, 'rigshare-desktop'),
  commandLine: path.join(folder, 'bin/rigshare'),
  asar: path.join(folder, 'resources/app.asar'),
  deb: path.join(release, `rigshare_${version}_amd64.deb`),
  archive: path.join(release, `rigshare-${version}.tar.gz`),
};
