import { pathToFileURL } from 'node:url';
import { closeInherited, inheritedVariable } from './inherited.ts';

// The host's first words when the shell starts it: `host-launcher.js HOST [ARGUMENTS]`.
closeInherited(process.env[inheritedVariable]);
delete process.env[inheritedVariable];
process.argv.splice(1, 1);
await import(pathToFileURL(process.argv[1] ?? '').href);
