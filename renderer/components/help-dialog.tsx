import { Button } from '@mantine/core';
import type { Problem } from '../../contract/problems.ts';
import { problemPhrase, remedyPhrase } from '../../contract/phrases.ts';
import { useAppState } from '../client/host.tsx';
import { hrefOf } from '../route.ts';
import { useText } from '../text/use-text.ts';
import { CommandLine } from './command-line.tsx';
import { CopyButton } from './copy-button.tsx';
import { Details } from './details.tsx';
import { Dialog } from './dialog.tsx';
import styles from './help-dialog.module.css';
import { Icon } from './icons.tsx';
import type { RemedyAction } from './remedy-action.ts';

interface HelpDialogProps {
  readonly problem: Problem;
  readonly help: Extract<RemedyAction, { do: 'help' }>;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onRetry: () => void;
}

/** How to solve a problem that only the owner, or the pool's operator, can solve; then it is tried again. */
export function HelpDialog({ problem, help, opened, onClose, onRetry }: HelpDialogProps) {
  const { t, say } = useText();
  const { pool } = useAppState();
  const asks = problem.remedy === 'ask-operator';
  const key = asks && pool === null ? 'help.ask-operatorNone' : `help.${problem.remedy}`;
  const command = problem.command ?? help.command;
  const buttons = (
    <>
      <Button variant="default" onClick={onClose}>
        {t('common.close')}
      </Button>
      <Button
        onClick={() => {
          onRetry();
          onClose();
        }}
      >
        {t('common.tryAgain')}
      </Button>
    </>
  );
  return (
    <Dialog title={say(remedyPhrase(problem))} opened={opened} onClose={onClose} buttons={buttons}>
      <p className={styles['problem']}>{say(problemPhrase(problem))}</p>
      <p>{t(key)}</p>
      {asks && pool !== null ? <Contact name={pool.operator} contact={pool.contact} /> : null}
      {command === null ? null : <CommandLine command={command} />}
      {help.page === null ? null : (
        <a href={help.page} target="_blank" rel="noreferrer" className={styles['link']}>
          {t('common.openPage')}
          <Icon name="outside" size={16} />
        </a>
      )}
      {problem.detail === null ? null : <Details>{problem.detail}</Details>}
      <a href={hrefOf('diagnosis')} className={styles['link']} onClick={onClose}>
        {t('diagnosis.open')}
      </a>
    </Dialog>
  );
}

function Contact({ name, contact }: { readonly name: string; readonly contact: string }) {
  return (
    <div className={styles['copyable']}>
      <span>
        {name}
        <br />
        <strong>{contact}</strong>
      </span>
      <CopyButton text={contact} />
    </div>
  );
}
