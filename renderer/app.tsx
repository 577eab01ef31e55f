import { Button, Loader, useMantineColorScheme } from '@mantine/core';
import { lazy, Suspense, useEffect, type ReactNode } from 'react';
import type { AppState } from '../contract/app-state.ts';
import { StateProvider, useHost, useSnapshot } from './client/host.tsx';
import { Rows } from './components/rows-skeleton.tsx';
import { Shell } from './components/shell.tsx';
import { useRoute, type Route } from './route.ts';
import { FirstRun } from './screens/first-run/first-run.tsx';
import { HomeScreen } from './screens/home/home-screen.tsx';
import { Unbroken } from './screens/messages/broken.tsx';
import { Message } from './screens/messages/message.tsx';
import { WorkScreen } from './screens/work/work-screen.tsx';
import { speak } from './text/texts.ts';
import { useText } from './text/use-text.ts';

// Home and Work are what people come for; the others are loaded when they are opened.
const DiagnosisScreen = lazy(() =>
  import('./screens/diagnosis/diagnosis-screen.tsx').then((m) => ({ default: m.DiagnosisScreen })),
);
const EarningsScreen = lazy(() =>
  import('./screens/earnings/earnings-screen.tsx').then((m) => ({ default: m.EarningsScreen })),
);
const JoinScreen = lazy(() =>
  import('./screens/join/join-screen.tsx').then((m) => ({ default: m.JoinScreen })),
);
const SettingsScreen = lazy(() =>
  import('./screens/settings/settings-screen.tsx').then((m) => ({ default: m.SettingsScreen })),
);

/** The page, `first` the route it was opened with: a message while there is nothing to show, else the screen of the address. */
export function App({ first }: { readonly first: Route }) {
  const route = useRoute(first);
  return (
    <Unbroken>
      <Page route={route} />
    </Unbroken>
  );
}

function Page({ route }: { readonly route: Route }) {
  const { t } = useText();
  const { connection } = useHost();
  const { link, state } = useSnapshot();
  if (link === 'locked') return <Message title={t('app.locked')} text={t('app.lockedNext')} />;
  if (link === 'stopped') return <Message title={t('app.stopped')} text={t('app.stoppedNext')} />;
  if (state !== null) return <Screens state={state} route={route} />;
  if (link === 'connecting') {
    return (
      <Message title={t('app.connecting')}>
        <Loader />
      </Message>
    );
  }
  return (
    <Message title={t('app.lost')} text={t('help.start-host')}>
      <Button onClick={connection.retryNow}>{t('app.lostTry')}</Button>
    </Message>
  );
}

function Screens({ state, route }: { readonly state: AppState; readonly route: Route }) {
  useLooks(state);
  return (
    <StateProvider state={state}>
      {state.firstRun && route.screen === 'home' ? (
        <FirstRun />
      ) : (
        <Shell screen={route.screen}>
          <Suspense fallback={<Rows count={5} />}>{screenOf(route)}</Suspense>
        </Shell>
      )}
    </StateProvider>
  );
}

function screenOf({ screen, invite }: Route): ReactNode {
  switch (screen) {
    case 'home':
      return <HomeScreen />;
    case 'work':
      return <WorkScreen />;
    case 'diagnosis':
      return <DiagnosisScreen />;
    case 'earnings':
      return <EarningsScreen />;
    case 'join':
      return <JoinScreen arrived={invite} />;
    default:
      return <SettingsScreen />;
  }
}

/** Language and colours as the owner set them. */
function useLooks({ settings: { language, theme } }: AppState): void {
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    void speak(language);
  }, [language]);
  useEffect(() => {
    setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [theme, setColorScheme]);
}
