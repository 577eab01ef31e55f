import { version } from '../package.json';

/** The page's version, to be compared with the host's. */
export const pageVersion: string = version;
