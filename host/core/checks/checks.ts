import type { CheckResult } from '../../../contract/checks.ts';
import type { Invite } from '../../../pool/contract/invite.ts';
import { administratorCheck } from './administrator.ts';
import type { CheckPorts } from './check.ts';
import { diskCheck } from './disk.ts';
import { engineCheck } from './engine.ts';
import { gpuCheck } from './gpu.ts';
import { nomadCheck } from './nomad.ts';
import { tailscaleCheck } from './tailscale.ts';

const all = [gpuCheck, engineCheck, tailscaleCheck, nomadCheck, diskCheck, administratorCheck] as const;

/** Every check, one after the other, as each is done. */
export async function* runChecks(
  ports: CheckPorts,
  invite: Invite | null,
  signal: AbortSignal,
): AsyncGenerator<CheckResult> {
  for (const check of all) {
    if (signal.aborted) return;
    yield { id: check.id, ...(await check.run(ports, invite)) };
  }
}
