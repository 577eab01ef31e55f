import type { ProblemCode } from '../../../contract/problems.ts';
import type { CredentialsSample } from '../../core/ports/nomad.ts';

/**
 * Why the pool does not take this computer in. Servers refuse a client by the same words for each reason
 * (Nomad 2.0.5: the agent logs "error registering" with "Permission denied"), so that what it was introduced with tells them apart.
 */
export function whyNotRegistered(
  output: string,
  introduction: CredentialsSample['introduction'],
  now: number,
): ProblemCode {
  const last = output
    .split('\n')
    .findLast((line) => /error registering|node registration complete/.test(line));
  if (last === undefined || !/permission denied/i.test(last)) return 'nomad-not-registering';
  if (introduction === null) return 'introduction-missing';
  const { expiresAt } = introduction;
  return expiresAt !== null && expiresAt <= now ? 'introduction-expired' : 'introduction-refused';
}
