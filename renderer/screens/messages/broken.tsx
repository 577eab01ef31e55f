import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { useText } from '../../text/use-text.ts';
import { pageVersion } from '../../version.ts';
import { Message } from './message.tsx';

/** Catches what nobody expected while something is drawn. */
export class Unbroken extends Component<{ readonly children: ReactNode }, { readonly error: Error | null }> {
  override readonly state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { readonly error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <Broken error={this.state.error} />;
  }
}

function Broken({ error }: { readonly error: Error }) {
  const { t } = useText();
  return (
    <Message title={t('app.broken')} text={t('app.brokenNext')}>
      <Button onClick={() => window.location.reload()}>{t('app.reload')}</Button>
      <CopyButton text={`Rigshare ${pageVersion}\n${error.stack ?? error.message}`} />
    </Message>
  );
}
