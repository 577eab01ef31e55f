import { z } from 'zod';

/** Everything that may be installed or switched on here, in the order in which it is done; texts under `install.<name>`. */
export const installs = [
  'tailscale',
  'tailscale-start',
  'engine',
  'engine-start',
  'engine-group',
  'nvidia-runtime',
] as const;

/** One thing to install or switch on. */
export const installSchema = z.enum(installs);

/** One thing to install or switch on. */
export type Install = z.infer<typeof installSchema>;
