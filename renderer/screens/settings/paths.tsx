import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Card } from '../../components/card.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { useText } from '../../text/use-text.ts';
import styles from './settings.module.css';
import { useSettings } from './use-settings.ts';

const fields = [
  { name: 'nomadPath', label: 'settings.nomadPath', hint: 'settings.nomadHint' },
  { name: 'tailscaleSocket', label: 'settings.tailscaleSocket', hint: 'settings.tailscaleHint' },
  { name: 'engineSocket', label: 'settings.engineSocket', hint: 'settings.engineHint' },
] as const;

type Field = (typeof fields)[number]['name'];
type Draft = Readonly<Partial<Record<Field, string>>>;

/** Where the programs are that Rigshare works with; empty means the usual places. */
export function Paths() {
  const { t } = useText();
  const { settings, update, isSaving, isSaved, problem } = useSettings();
  const [draft, setDraft] = useState<Draft>({});
  const changed = fields.some(
    ({ name }) => draft[name] !== undefined && draft[name] !== (settings[name] ?? ''),
  );
  const save = () => {
    const paths = fields.flatMap(({ name }) =>
      draft[name] === undefined ? [] : [[name, draft[name].trim() || null]],
    );
    update(Object.fromEntries(paths) as Partial<Record<Field, string | null>>);
  };
  return (
    <Card title={t('settings.paths')} lead={t('settings.pathsText')}>
      <form
        className={styles['fields']}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        {fields.map(({ name, label, hint }) => (
          <TextInput
            key={name}
            label={t(label)}
            placeholder={t(hint)}
            maxLength={4096}
            spellCheck={false}
            autoComplete="off"
            value={draft[name] ?? settings[name] ?? ''}
            onChange={(event) => setDraft({ ...draft, [name]: event.currentTarget.value })}
          />
        ))}
        <div className={styles['save']}>
          <Button type="submit" disabled={!changed} loading={isSaving}>
            {t('common.save')}
          </Button>
          <output>{isSaved && !changed ? t('common.saved') : ''}</output>
        </div>
        {problem === null ? null : <ProblemCard problem={problem} onRetry={save} />}
      </form>
    </Card>
  );
}
