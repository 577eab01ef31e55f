import { createTanstackQueryUtils, type RouterUtils } from '@orpc/tanstack-query';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, useContext, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import type { AppState } from '../../contract/app-state.ts';
import type { Connection, Snapshot } from './connection.ts';
import type { HostClient } from './rpc.ts';

/** What every part of the page may reach. */
export interface Host {
  readonly client: HostClient;
  /** The client's procedures as queries and mutations. */
  readonly orpc: RouterUtils<HostClient>;
  readonly connection: Connection;
}

const HostContext = createContext<Host | null>(null);
const StateContext = createContext<AppState | null>(null);

/** Gives the page its host. */
export function HostProvider({
  client,
  connection,
  children,
}: {
  readonly client: HostClient;
  readonly connection: Connection;
  readonly children: ReactNode;
}) {
  const host = useMemo(
    () => ({ client, connection, orpc: createTanstackQueryUtils(client) }),
    [client, connection],
  );
  const queries = useMemo(newQueryClient, []);
  return (
    <QueryClientProvider client={queries}>
      <HostContext value={host}>{children}</HostContext>
    </QueryClientProvider>
  );
}

/** Gives what is shown its state: the last one seen. */
export function StateProvider({
  state,
  children,
}: {
  readonly state: AppState;
  readonly children: ReactNode;
}) {
  return <StateContext value={state}>{children}</StateContext>;
}

/** The host. */
export function useHost(): Host {
  const host = useContext(HostContext);
  if (host === null) throw new Error('no HostProvider');
  return host;
}

/** How the page stands with the host, and what it knows. */
export function useSnapshot(): Snapshot {
  const { connection } = useHost();
  return useSyncExternalStore(connection.subscribe, connection.snapshot);
}

/** The last state seen. */
export function useAppState(): AppState {
  const state = useContext(StateContext);
  if (state === null) throw new Error('no StateProvider');
  return state;
}

function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // The host is on this computer: whether the internet is there says nothing, and a second try says the same.
      queries: { networkMode: 'always', retry: false, staleTime: 5000, refetchOnWindowFocus: false },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
