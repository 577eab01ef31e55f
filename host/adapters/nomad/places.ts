import { join } from 'node:path';

/** The device plugin's file name; Nomad wants the configuration's block to be named after it. */
export const devicePlugin = 'nomad-device-nvidia';

/** Where everything of the agent lies, under one folder of ours. */
export interface Places {
  readonly folder: string;
  readonly config: string;
  /** What is being validated, before it becomes the configuration. */
  readonly draft: string;
  /** Which process is our agent, so that it is found again after a crash of ours. */
  readonly record: string;
  readonly data: string;
  readonly state: string;
  readonly allocations: string;
  readonly mounts: string;
  readonly plugins: string;
  readonly log: string;
  /** For the sockets by which the agent speaks with its helpers; killed ones leave them behind. */
  readonly sockets: string;
  /** What the agent prints, its last words when it dies at start included. */
  readonly output: string;
  /** The socket of the engine that the agent was started with. */
  readonly engine: string;
  readonly nodeId: string;
  readonly secretId: string;
  readonly introduction: string;
}

/** The places under a folder. */
export function placesIn(folder: string): Places {
  const state = join(folder, 'state');
  return {
    folder,
    config: join(folder, 'agent.json'),
    draft: join(folder, 'agent.draft.json'),
    record: join(folder, 'process.json'),
    data: join(folder, 'data'),
    state,
    allocations: join(folder, 'alloc'),
    mounts: join(folder, 'mounts'),
    plugins: join(folder, 'plugins'),
    log: join(folder, 'log', 'nomad.log'),
    sockets: join(folder, 'tmp'),
    output: join(folder, 'log', 'output.log'),
    engine: join(folder, 'engine'),
    nodeId: join(state, 'client-id'),
    secretId: join(state, 'secret-id'),
    introduction: join(state, 'intro_token.jwt'),
  };
}
