import { agent } from './agent.ts';
import { procedures } from './base.ts';
import { checks } from './checks.ts';
import { earnings } from './earnings.ts';
import { gpus } from './gpus.ts';
import { host } from './host.ts';
import { pool } from './pool.ts';
import { report } from './report.ts';
import { settings } from './settings.ts';
import { sharing } from './sharing.ts';
import { state } from './state.ts';
import { work } from './work.ts';

/** Every procedure of the contract with its handler. */
export const router = procedures.router({
  state,
  pool,
  sharing,
  gpus,
  work,
  agent,
  earnings,
  settings,
  checks,
  report,
  host,
});
