import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './styles/index.ts';
import { App } from './app.tsx';
import { Connection } from './client/connection.ts';
import { HostProvider } from './client/host.tsx';
import { hostClient } from './client/rpc.ts';
import { openSession } from './client/session.ts';
import { takeRoute } from './route.ts';
import { startTexts } from './text/texts.ts';
import { cssVariables, theme } from './theme.ts';

async function start(root: Element): Promise<void> {
  await Promise.all([openSession(window, window.fetch.bind(window)), startTexts()]);
  const client = hostClient(window.location.origin === 'null' ? 'app://rigshare' : window.location.origin);
  const connection = new Connection(client);
  connection.start();
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <HostProvider client={client} connection={connection}>
          <App first={takeRoute()} />
        </HostProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (root !== null) await start(root);
