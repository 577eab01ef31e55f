import { Button, NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { Settings } from '../../../contract/app-state.ts';
import { formatBytes, formatMib } from '../../../contract/format.ts';
import type { Limits, LimitsView } from '../../../contract/limits.ts';
import { usualLimits } from '../../../contract/usual.ts';
import { useAppState } from '../../client/host.tsx';
import { Card } from '../../components/card.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { useText } from '../../text/use-text.ts';
import { ConfigConfirm } from './config-confirm.tsx';
import styles from './settings.module.css';
import { useSettings } from './use-settings.ts';

const mibInGib = 1_024;

/** What jobs may take of this computer; empty means the usual share. */
export function LimitsCard() {
  const { limits } = useAppState();
  return limits == null ? null : <LimitsForm view={limits} />;
}

function LimitsForm({ view }: { readonly view: LimitsView }) {
  const { t } = useText();
  const { settings, update, isSaving, isSaved, problem } = useSettings();
  const [draft, setDraft] = useState<Partial<Limits>>({});
  const set = limitsOf(settings);
  const limits = { ...set, ...draft };
  const changed = JSON.stringify(limits) !== JSON.stringify(set);
  const [asked, setAsked] = useState(false);
  const save = () => {
    setAsked(false);
    update({ limits });
  };
  // How much of the disk may stay filled is none of the program's business.
  const restarts = JSON.stringify({ ...limits, budgetMib: set.budgetMib }) !== JSON.stringify(set);
  return (
    <Card title={t('limits.title')} lead={t('limits.text')}>
      <form
        className={styles['fields']}
        onSubmit={(event) => {
          event.preventDefault();
          if (restarts) setAsked(true);
          else save();
        }}
      >
        <Fields view={view} limits={limits} onChange={(change) => setDraft({ ...draft, ...change })} />
        <p className={styles['dim']}>
          <Used view={view} />
        </p>
        <div className={styles['save']}>
          <Button type="submit" disabled={!changed} loading={isSaving}>
            {t('common.save')}
          </Button>
          <output>{isSaved && !changed ? t('common.saved') : ''}</output>
        </div>
        {problem === null ? null : <ProblemCard problem={problem} onRetry={save} />}
      </form>
      <ConfigConfirm
        wish={asked ? { limits } : null}
        text={t('config.text')}
        onYes={save}
        onClose={() => setAsked(false)}
      />
    </Card>
  );
}

function Fields({
  view,
  limits,
  onChange,
}: {
  readonly view: LimitsView;
  readonly limits: Limits;
  readonly onChange: (change: Partial<Limits>) => void;
}) {
  const { t, language } = useText();
  const { cores, memoryMib, usualCores, usualMemoryMib } = view;
  return (
    <>
      <Amount
        label={t('limits.keepCores')}
        hint={t('limits.keepCoresHint', { total: cores, usual: usualCores })}
        value={limits.keepCores}
        max={Math.max(0, cores - 1)}
        onChange={(value) => onChange({ keepCores: value })}
      />
      <Amount
        label={t('limits.keepMemory')}
        hint={t('limits.keepMemoryHint', {
          total: formatMib(memoryMib, language),
          usual: formatMib(usualMemoryMib, language),
        })}
        value={limits.keepMemoryMib === null ? null : limits.keepMemoryMib / mibInGib}
        max={Math.floor(memoryMib / mibInGib)}
        onChange={(value) =>
          onChange({ keepMemoryMib: value === null ? null : Math.round(value * mibInGib) })
        }
      />
      <Amount
        label={t('limits.jobs')}
        hint={t('limits.jobsHint')}
        value={limits.jobs}
        min={1}
        max={1_000}
        onChange={(value) => onChange({ jobs: value })}
      />
      <Amount
        label={t('limits.budget')}
        hint={t('limits.budgetHint')}
        value={limits.budgetMib === null ? null : limits.budgetMib / mibInGib}
        max={65_536}
        onChange={(value) => onChange({ budgetMib: value === null ? null : Math.round(value * mibInGib) })}
      />
    </>
  );
}

function Amount({
  label,
  hint,
  value,
  min = 0,
  max,
  onChange,
}: {
  readonly label: string;
  readonly hint: string;
  readonly value: number | null;
  readonly min?: number;
  readonly max: number;
  readonly onChange: (value: number | null) => void;
}) {
  return (
    <NumberInput
      label={label}
      description={hint}
      value={value ?? ''}
      min={min}
      max={max}
      allowNegative={false}
      allowDecimal={false}
      clampBehavior="strict"
      hideControls
      onChange={(next) => onChange(next === '' ? null : Number(next))}
    />
  );
}

function Used({ view: { budgetBytes, imageBytes, folderBytes } }: { readonly view: LimitsView }) {
  const { t, language } = useText();
  if (budgetBytes === null || imageBytes === null || folderBytes === null) return t('limits.usedUnknown');
  const size = (bytes: number) => formatBytes(bytes, language);
  return t('limits.used', {
    images: size(imageBytes),
    files: size(folderBytes),
    budget: size(budgetBytes),
  });
}

const limitsOf = ({ limits }: Settings): Limits => limits ?? usualLimits;
