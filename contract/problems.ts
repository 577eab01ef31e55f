import { z } from 'zod';

/** What the one button beside a problem does; each has its text under `remedy.<name>`. */
export const remedies = [
  'retry',
  'new-invite',
  'leave',
  'resume',
  'open-anyway',
  'sign-in',
  'use-pool-network',
  'install-here',
  'start-here',
  'lose-session',
  'install-tailscale',
  'start-tailscale',
  'update-tailscale',
  'allow-administrator',
  'ask-operator',
  'install-nomad',
  'update-nomad',
  'install-driver',
  'repair-driver',
  'start-engine',
  'allow-engine',
  'install-engine',
  'log-in-again',
  'use-linux-containers',
  'install-runtime',
  'free-disk',
  'start-host',
  'restart-app',
  'update-app',
  'see-moved-file',
  'see-what-stays',
  'wait',
  'copy-report',
  // the way to the pool
  'allow-udp',
  'mend-router',
  'open-portal',
  'ask-network',
  'set-clock',
  'share-always',
] as const;

/** One remedy's name. */
export type Remedy = (typeof remedies)[number];

/** Every expected failure and its one remedy. Texts: `problem.<code>` in the catalogue. */
export const problemRemedies = {
  // invites
  'invite-malformed': 'new-invite',
  'invite-truncated': 'new-invite',
  'invite-newer': 'restart-app',
  'invite-expired': 'new-invite',
  'invite-too-large': 'new-invite',
  'invite-hostile': 'ask-operator',
  'invite-secret-in-link': 'new-invite',
  'already-joined': 'leave',
  'not-joined': 'new-invite',
  // pool's network
  'control-server-in-use': 'ask-operator',
  'tailscale-missing': 'install-tailscale',
  'tailscale-stopped': 'start-tailscale',
  'tailscale-refused': 'allow-administrator',
  'tailscale-slow': 'retry',
  'tailscale-garbled': 'update-tailscale',
  'tailscale-too-old': 'update-tailscale',
  'tailnet-other': 'use-pool-network',
  'tailnet-key-refused': 'new-invite',
  'tailnet-sign-in': 'sign-in',
  'sign-in-page-refused': 'ask-operator',
  'sign-in-cancelled': 'sign-in',
  'tailnet-signed-out': 'new-invite',
  'tailnet-logged-out': 'new-invite',
  'tailnet-key-expired': 'new-invite',
  'tailnet-needs-approval': 'ask-operator',
  'tailnet-removed': 'new-invite',
  'tailnet-tag-missing': 'ask-operator',
  'tailnet-took-over': 'ask-operator',
  'session-over-tailnet': 'lose-session',
  'own-network-unknown': 'retry',
  'tailnet-unreachable': 'retry',
  'administrator-refused': 'allow-administrator',
  'administrator-missing': 'allow-administrator',
  'administrator-failed': 'retry',
  'install-failed': 'retry',
  'packages-busy': 'retry',
  'packages-offline': 'retry',
  // the way to the pool's servers
  'path-udp-blocked': 'allow-udp',
  'path-web-only': 'allow-udp',
  'path-hard-nat': 'mend-router',
  'path-captive-portal': 'open-portal',
  'path-tls-inspected': 'ask-network',
  'path-no-relay': 'ask-network',
  'path-control-away': 'retry',
  'server-name-unknown': 'ask-operator',
  'server-silent': 'ask-operator',
  'server-port-closed': 'ask-operator',
  // this computer
  'clock-wrong': 'set-clock',
  'gpu-none': 'install-driver',
  'gpu-driver-error': 'repair-driver',
  'gpu-tool-missing': 'install-driver',
  'gpu-timeout': 'repair-driver',
  'gpu-driver-mismatch': 'repair-driver',
  'gpu-lost': 'repair-driver',
  'gpu-not-free': 'retry',
  'engine-missing': 'install-engine',
  'engine-stopped': 'start-engine',
  'engine-refused': 'allow-engine',
  'engine-error': 'start-engine',
  'engine-login-needed': 'log-in-again',
  'engine-podman-unusable': 'install-engine',
  'engine-windows-containers': 'use-linux-containers',
  'engine-unwatched': 'start-engine',
  'nvidia-runtime-missing': 'install-runtime',
  'job-hostile': 'ask-operator',
  'disk-full': 'free-disk',
  'disk-low': 'free-disk',
  'jobs-failing': 'resume',
  'idle-unknown': 'share-always',
  // Nomad
  'nomad-missing': 'install-nomad',
  'nomad-too-old': 'update-nomad',
  'nomad-newer-than-pool': 'ask-operator',
  'nomad-update-failed': 'copy-report',
  'device-plugin-missing': 'retry',
  'releases-unreachable': 'retry',
  'release-garbled': 'retry',
  'release-missing': 'ask-operator',
  'release-no-build': 'ask-operator',
  'release-signature-wrong': 'copy-report',
  'release-key-unknown': 'update-app',
  'release-key-expired': 'update-app',
  'release-sum-wrong': 'retry',
  'release-truncated': 'retry',
  'release-unsafe': 'copy-report',
  'nomad-config-refused': 'copy-report',
  'nomad-version-unknown': 'install-nomad',
  'tls-invalid': 'new-invite',
  'introduction-missing': 'new-invite',
  'introduction-refused': 'ask-operator',
  'logs-not-allowed': 'ask-operator',
  'logs-missing': 'wait',
  'nomad-died': 'retry',
  'nomad-not-registering': 'ask-operator',
  'nomad-agent-silent': 'retry',
  'nomad-server-lost': 'wait',
  'nomad-refused': 'ask-operator',
  'nomad-error': 'retry',
  'nomad-garbled': 'retry',
  'nomad-port-taken': 'retry',
  'closed-by-operator': 'ask-operator',
  'driver-unhealthy': 'start-engine',
  'devices-missing': 'repair-driver',
  'tls-expired': 'new-invite',
  'tls-expires-soon': 'ask-operator',
  'introduction-expired': 'new-invite',
  'no-job-fits': 'ask-operator',
  'work-not-stopping': 'retry',
  'closing-unclear': 'open-anyway',
  'leave-incomplete': 'retry',
  'containers-unseen': 'retry',
  'left-behind': 'start-engine',
  'left-in-use': 'see-what-stays',
  'export-failed': 'retry',
  // files and programs of ours
  'settings-damaged': 'see-moved-file',
  'footprint-damaged': 'see-moved-file',
  'ledger-damaged': 'see-moved-file',
  'secrets-lost': 'new-invite',
  'host-already-running': 'restart-app',
  'host-not-running': 'start-host',
  'host-version-differs': 'restart-app',
  'report-gone': 'retry',
  'bad-request': 'copy-report',
  internal: 'copy-report',
} as const satisfies Record<string, Remedy>;

/** One expected failure's code. */
export type ProblemCode = keyof typeof problemRemedies;

/** All codes, in table order. */
export const problemCodes = Object.keys(problemRemedies) as [ProblemCode, ...ProblemCode[]];

/** An expected failure: a code, its remedy, and at most one line in a program's own words (never a secret). */
export const problemSchema = z.object({
  code: z.enum(problemCodes),
  remedy: z.enum(remedies),
  /** A program's own words, a path or a figure; shown behind "Details". */
  detail: z.string().max(2000).nullable(),
  /** One shell line that does what the remedy asks, to copy; absent where there is none. */
  command: z.string().max(500).optional(),
});

/** An expected failure. */
export type Problem = z.infer<typeof problemSchema>;

/** The problem of this code, with its remedy from the table. */
export function problem(code: ProblemCode, detail: string | null = null): Problem {
  return { code, remedy: problemRemedies[code], detail: detail === null ? null : detail.slice(0, 2000) };
}

/** A problem on its way up through code that throws; adapters and steps throw it, the reconciler and the server catch it. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(of: Problem) {
    super(of.detail === null ? of.code : `${of.code}: ${of.detail}`);
    this.name = 'ProblemError';
    this.problem = of;
  }
}

/** Throws the problem of this code. */
export function fail(code: ProblemCode, detail: string | null = null): never {
  throw new ProblemError(problem(code, detail));
}
