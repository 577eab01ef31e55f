import { createRouterClient, implement, ORPCError } from '@orpc/server';
import { contract } from '../../contract/contract.ts';
import type { AppState } from '../../contract/app-state.ts';
import { ProblemError } from '../../contract/problems.ts';
import type { HostClient } from '../client/rpc.ts';
import type { ScriptedHost } from './scripted-host.ts';

/** The contract's client of a scripted host, in process: what goes in and out is held to the contract. */
export function scriptedClient(host: ScriptedHost): HostClient {
  const os = implement(contract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      throw new ORPCError(error.problem.code, { defined: true, data: error.problem });
    }
  });
  const revised = async (revision: Promise<number>) => ({ revision: await revision });
  const router = os.router({
    state: os.state.handler(({ signal }) => states(host, signal)),
    pool: {
      preview: os.pool.preview.handler(({ input }) => host.preview(input)),
      consent: os.pool.consent.handler(({ input }) => host.consent(input.invite)),
      join: os.pool.join.handler(({ input: { text, from, session: _session, ...choices } }) =>
        revised(host.join({ text, from }, choices)),
      ),
      cancelSignIn: os.pool.cancelSignIn.handler(() => revised(host.cancelSignIn())),
      demo: os.pool.demo.handler(() => revised(host.demo())),
      leaving: os.pool.leaving.handler(() => host.leaving()),
      leave: os.pool.leave.handler(({ input }) => revised(host.leave(input))),
    },
    sharing: {
      pause: os.sharing.pause.handler(({ input }) => revised(host.pause(input.how, input.until))),
      resume: os.sharing.resume.handler(({ input }) => revised(host.resume(input.openAnyway))),
      whenIdle: os.sharing.whenIdle.handler(({ input }) => revised(host.whenIdle(input.on))),
      ownNetwork: os.sharing.ownNetwork.handler(({ input }) => revised(host.ownNetwork(input.on))),
      install: os.sharing.install.handler(() => revised(host.install())),
      update: os.sharing.update.handler(() => revised(host.update())),
      retry: os.sharing.retry.handler(() => revised(host.retry())),
    },
    gpus: { share: os.gpus.share.handler(({ input }) => revised(host.share(input.uuid, input.share))) },
    agent: {
      configuration: os.agent.configuration.handler(({ input }) => host.configuration(input)),
      log: os.agent.log.handler(({ input, signal }) => host.agentLog(input, signal ?? never)),
    },
    work: {
      logs: os.work.logs.handler(({ input, signal }) => host.jobLog(input, signal ?? never)),
      history: os.work.history.handler(async ({ input }) => [...(await host.history(input))]),
    },
    earnings: {
      summary: os.earnings.summary.handler(({ input }) => host.summary(input.days)),
      ledger: os.earnings.ledger.handler(async ({ input }) => [...(await host.ledger(input))]),
    },
    settings: { update: os.settings.update.handler(({ input }) => host.updateSettings(defined(input))) },
    checks: {
      run: os.checks.run.handler(async function* () {
        yield* host.checks();
      }),
    },
    report: {
      preview: os.report.preview.handler(() => host.previewReport()),
      create: os.report.create.handler(({ input }) => host.createReport(input.id, input.way)),
    },
    host: { stop: os.host.stop.handler(({ input }) => revised(host.stop(input.sharing))) },
  });
  return createRouterClient(router);
}

const never = new AbortController().signal;

/** The host's states, from the present one on. */
async function* states(host: ScriptedHost, signal: AbortSignal | undefined): AsyncGenerator<AppState> {
  const waiting: AppState[] = [host.state()];
  let wake: () => void = () => undefined;
  const stop = host.onState((state) => {
    waiting.push(state);
    wake();
  });
  signal?.addEventListener('abort', () => wake());
  try {
    for (;;) {
      if (signal?.aborted === true) return;
      const next = waiting.shift();
      if (next) yield next;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    stop();
  }
}

/** A partial object without the keys that are there but undefined. */
function defined<T extends object>(input: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
