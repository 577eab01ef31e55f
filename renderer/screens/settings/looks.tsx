import { SegmentedControl } from '@mantine/core';
import { useId } from 'react';
import { Card } from '../../components/card.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { useText } from '../../text/use-text.ts';
import styles from './settings.module.css';
import { useSettings } from './use-settings.ts';

const languages = ['system', 'en', 'zh-CN'] as const;
const themes = ['system', 'light', 'dark'] as const;

/** Language and colours, both changed at once. */
export function Looks() {
  const { t } = useText();
  const { settings, update, problem } = useSettings();
  return (
    <Card title={t('settings.looks')}>
      <div className={styles['fields']}>
        <Choice
          label={t('settings.language')}
          values={languages}
          texts="settings.languages"
          value={settings.language}
          onChange={(language) => update({ language })}
        />
        <Choice
          label={t('settings.theme')}
          values={themes}
          texts="settings.themes"
          value={settings.theme}
          onChange={(theme) => update({ theme })}
        />
        {problem === null ? null : <ProblemCard problem={problem} />}
      </div>
    </Card>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly values: readonly T[];
  /** Where the values' texts are in the catalogue. */
  readonly texts: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({ label, values, texts, value, onChange }: ChoiceProps<T>) {
  const { t } = useText();
  const id = useId();
  return (
    <div className={styles['field']}>
      <span id={id}>{label}</span>
      <SegmentedControl
        aria-labelledby={id}
        radius="md"
        value={value}
        onChange={onChange}
        data={values.map((one) => ({ value: one, label: t(`${texts}.${one}`) }))}
      />
    </div>
  );
}
