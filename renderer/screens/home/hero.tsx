import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { accountOf, accountOfNode, reasonsOf } from '../../../contract/phrases.ts';
import type { AppState } from '../../../contract/app-state.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { Details } from '../../components/details.tsx';
import { RemedyButton } from '../../components/remedy-button.tsx';
import { ShareAlways, waitsForIdle } from '../../components/share-always.tsx';
import { StateGlyph } from '../../components/state-glyph.tsx';
import { hrefOf } from '../../route.ts';
import { useNow } from '../../text/use-now.ts';
import { useText } from '../../text/use-text.ts';
import styles from './hero.module.css';
import { PauseControl } from './pause-control.tsx';

/** The state with its one plain reason, what happens next, and what can be done about it. */
export function Hero() {
  const { say, at } = useText();
  const state = useAppState();
  const { node } = state;
  const now = useNow(countsDown(state) ? 1000 : 20_000);
  const { title, reason, next, also } = accountOf(state, at(now));
  return (
    <section className={styles['hero']} aria-label={say(title)}>
      <StateGlyph kind={node.kind} />
      <div className={styles['text']}>
        <div aria-live="polite">
          <h2 className={styles['title']}>{say(title)}</h2>
          {reason === null ? null : <p className={styles['reason']}>{say(reason)}</p>}
        </div>
        {also.map((phrase) => (
          <p key={phrase.key} className={styles['also']}>
            {say(phrase)}
          </p>
        ))}
        {next === null ? null : <p className={styles['next']}>{say(next)}</p>}
        {node.kind === 'attention' && node.problem.detail !== null ? (
          <Details>{node.problem.detail}</Details>
        ) : null}
      </div>
      <div className={styles['actions']}>
        <Actions />
      </div>
      <Notes now={now} />
    </section>
  );
}

function Actions(): ReactNode {
  const { node } = useAppState();
  if (node.kind === 'new') return <Begin />;
  if (node.kind === 'leaving' || node.kind === 'looking') return null;
  return (
    <>
      {node.kind === 'attention' ? <RemedyButton problem={node.problem} variant="filled" size="md" /> : null}
      {node.kind === 'offline' ? <TryNow /> : null}
      {node.kind === 'attention' || node.kind === 'offline' ? <FindOut /> : null}
      {node.kind === 'joining' ? <SeeSteps /> : null}
      {waitsForIdle(node) ? <ShareAlways size="md" /> : null}
      <PauseControl />
    </>
  );
}

function Begin() {
  const { t } = useText();
  const { orpc } = useHost();
  const demo = useMutation(orpc.pool.demo.mutationOptions());
  return (
    <div className={styles['begin']}>
      <Button component="a" href={hrefOf('join')} size="md">
        {t('join.title')}
      </Button>
      <Button variant="default" size="md" loading={demo.isPending} onClick={() => demo.mutate({})}>
        {t('first.demo')}
      </Button>
    </div>
  );
}

function FindOut() {
  const { t } = useText();
  return (
    <Button component="a" href={hrefOf('diagnosis')} variant="default" size="md">
      {t('diagnosis.open')}
    </Button>
  );
}

function TryNow() {
  const { t } = useText();
  const { orpc } = useHost();
  const retry = useMutation(orpc.sharing.retry.mutationOptions());
  return (
    <Button size="md" loading={retry.isPending} onClick={() => retry.mutate({})}>
      {t('pause.retry')}
    </Button>
  );
}

function SeeSteps() {
  const { t } = useText();
  return (
    <Button component="a" href={hrefOf('join')} size="md">
      {t('join.seeSteps')}
    </Button>
  );
}

/** What else holds besides the leading state. */
function Notes({ now }: { readonly now: number }) {
  const { t, say, at } = useText();
  const state = useAppState();
  const notes = state.notes.filter(
    (note) =>
      note.kind !== 'sharing' &&
      note.kind !== 'looking' &&
      note.kind !== state.node.kind &&
      !isSaid(note, state.node),
  );
  if (notes.length === 0) return null;
  return (
    <ul className={styles['notes']} aria-label={t('home.notes')}>
      {notes.map((node) => {
        const { title, reason, next } = accountOfNode(node, state, at(now));
        return (
          <li key={node.kind}>
            <span>
              <strong>{say(title)}</strong>
              {reason === null ? null : ` · ${say(reason)}`}
              {node.kind === 'attention' || next === null ? null : ` · ${say(next)}`}
            </span>
            {node.kind === 'attention' ? <RemedyButton problem={node.problem} /> : null}
          </li>
        );
      })}
    </ul>
  );
}

/** Whether the leading state says it already, with its button. */
const isSaid = (note: AppState['node'], node: AppState['node']): boolean =>
  note.kind === 'attention' &&
  (note.problem.remedy === 'resume' || note.problem.remedy === 'share-always') &&
  reasonsOf(node).some((r) => r.problem?.code === note.problem.code);

/** Whether a time shown counts seconds. */
function countsDown({ node, notes }: Pick<AppState, 'node' | 'notes'>): boolean {
  return [node, ...notes].some(
    (state) =>
      (state.kind === 'pausing' && state.freesAt !== null) ||
      (state.kind === 'offline' && state.nextTry !== null),
  );
}
