import { problem, type ProblemCode } from '../../../contract/problems.ts';
import { type Check, failed, must, passed, standing, wrong } from './check.ts';

/** Problems that have a check of their own. */
const others: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['tailnet-tag-missing', 'tailnet-unreachable']);

/** This computer is signed in to the pool's network, and that network is in use. */
export const networkCheck: Check = {
  id: 'network',
  applies: async (context) => {
    const net = await standing(context);
    return net !== null && net.is !== 'unknown' && net.is !== 'outside';
  },
  run: async (context) => {
    const net = await standing(context);
    const { addresses } = must(await context.looks.tailnet(), 'tailscale-missing');
    if (net?.is === 'broken' && !others.has(net.problem.code)) return failed(net.problem);
    if (net?.is === 'elsewhere') return wrong('tailnet-other');
    if (net?.is === 'coming') return failed(problem('tailscale-slow'));
    return passed(addresses.find((one) => one.includes('.')) ?? addresses[0] ?? null);
  },
};
