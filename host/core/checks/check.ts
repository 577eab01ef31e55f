import type { CheckResult } from '../../../contract/checks.ts';
import type { Invite } from '../../../pool/contract/invite.ts';
import type { Engine } from '../ports/engine.ts';
import type { Gpus } from '../ports/gpus.ts';
import type { Nomad } from '../ports/nomad.ts';
import type { Folders } from '../ports/stores.ts';
import type { Privilege, Tailnet } from '../ports/tailnet.ts';

/** The ports that checks look through; none of them changes anything. */
export interface CheckPorts {
  readonly gpus: Gpus;
  readonly engine: Engine;
  readonly tailnet: Tailnet;
  readonly nomad: Nomad;
  readonly privilege: Privilege;
  readonly folders: Folders;
}

/** One diagnosis; `invite` is the one about to be accepted, or null. */
export interface Check {
  readonly id: CheckResult['id'];
  run(ports: CheckPorts, invite: Invite | null): Promise<Omit<CheckResult, 'id'>>;
}
