import { MantineProvider } from '@mantine/core';
import { act, render, screen } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { onTestFinished } from 'vitest';
import type { AppState } from '../../contract/app-state.ts';
import { App } from '../app.tsx';
import { Connection } from '../client/connection.ts';
import { HostProvider } from '../client/host.tsx';
import { takeRoute } from '../route.ts';
import { startTexts } from '../text/texts.ts';
import { configuration, jobLogs } from './agent-parts.ts';
import { cssVariables, theme } from '../theme.ts';
import { checkResults, consent, earnings, ledgerRows, pastWork, preview } from './lists.ts';
import { scriptedClient } from './scripted-client.ts';
import { ScriptedHost, type Script } from './scripted-host.ts';

/** The page on show before a scripted host. */
export interface Shown {
  readonly host: ScriptedHost;
  readonly user: UserEvent;
  /** Shows another state and waits until it is drawn. */
  readonly turn: (state: AppState) => Promise<void>;
}

/** Shows the whole page at an address's part after `#`, with the state it opens with. */
export async function show(state: AppState, hash = '#/', script: Partial<Script> = {}): Promise<Shown> {
  const now = Date.now();
  const host = new ScriptedHost(state, {
    past: pastWork(now),
    rows: ledgerRows(now),
    summary: earnings(now, 30),
    preview: preview(now),
    consent,
    checks: checkResults,
    logs: jobLogs(now),
    configuration,
    ...script,
  });
  window.history.replaceState(null, '', hash);
  await startTexts();
  const client = scriptedClient(host);
  const connection = new Connection(client);
  onTestFinished(connection.start());
  render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} env="test">
      <HostProvider client={client} connection={connection}>
        <App first={takeRoute()} />
      </HostProvider>
    </MantineProvider>,
  );
  await screen.findByRole('main');
  const turn = (next: AppState) =>
    act(async () => {
      host.show(next);
      await new Promise((resolve) => setTimeout(resolve, 0));
    });
  await turn(state);
  return { host, user: userEvent.setup({ delay: null }), turn };
}
