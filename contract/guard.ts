import { z } from 'zod';

/** What no job may ask for on this computer, one word a rule; texts under `guard.<rule>`. */
export const guardRules = [
  'network',
  'processes',
  'memory',
  'name',
  'users',
  'cgroups',
  'privileged',
  'capabilities',
  'devices',
  'security',
  'files',
  'volumes',
  'cards',
] as const;

/** One rule's name. */
export const guardRuleSchema = z.enum(guardRules);

/** One rule's name. */
export type GuardRule = z.infer<typeof guardRuleSchema>;
