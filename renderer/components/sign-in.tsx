import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { formatClock } from '../../contract/format.ts';
import type { NodeState } from '../../contract/node-state.ts';
import { useAppState, useHost } from '../client/host.tsx';
import { useText } from '../text/use-text.ts';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icons.tsx';
import { QrCode } from './qr-code.tsx';
import { signInUrlOf } from './remedy-button.tsx';
import styles from './sign-in.module.css';

/** The way to the browser while the pool's network waits for a sign-in there: here, or by a phone; nothing is opened by itself. */
export function SignIn() {
  const { t, language } = useText();
  const { orpc } = useHost();
  const cancel = useMutation(orpc.pool.cancelSignIn.mutationOptions());
  const state = useAppState();
  const url = signInUrlOf(state);
  const joining = [state.node, ...state.notes].find(isJoining);
  const approval = joining?.approval === true;
  if (url === null && !approval) return null;
  const until = joining?.personUntil ?? null;
  return (
    <div className={styles['signIn']}>
      {url === null ? (
        <p className={styles['hint']}>{t('join.waitsForApproval')}</p>
      ) : (
        <div className={styles['ways']}>
          <QrCode text={url} label={t('join.signInCode')} />
          <div className={styles['actions']}>
            <Button
              component="a"
              href={url}
              target="_blank"
              rel="noreferrer"
              rightSection={<Icon name="outside" size={16} />}
            >
              {t('join.openSignIn')}
            </Button>
            <p className={styles['hint']}>{t('join.signInByPhone')}</p>
            <code className={styles['address']}>{url}</code>
            <CopyButton text={url} />
          </div>
        </div>
      )}
      {until === null ? null : (
        <p className={styles['hint']}>{t('join.signInUntil', { clock: formatClock(until, language) })}</p>
      )}
      <div>
        <Button
          variant="default"
          size="xs"
          loading={cancel.isPending || cancel.isSuccess}
          onClick={() => cancel.mutate({})}
        >
          {t('join.cancelSignIn')}
        </Button>
      </div>
    </div>
  );
}

const isJoining = (state: NodeState): state is Extract<NodeState, { kind: 'joining' }> =>
  state.kind === 'joining';
