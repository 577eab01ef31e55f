import { Checkbox, Switch, TextInput } from '@mantine/core';
import type { Consent, ConsentCard } from '../../../contract/consent.ts';
import { onlyDisplays } from '../../../contract/consent-choice.ts';
import { formatMib } from '../../../contract/format.ts';
import { Card } from '../../components/card.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { useText } from '../../text/use-text.ts';
import type { Chosen } from './chosen.ts';
import { isNameGood } from './chosen.ts';
import styles from './choices.module.css';

interface ChoicesProps {
  readonly consent: Consent;
  readonly chosen: Chosen;
  readonly onChange: (chosen: Chosen) => void;
  /** Looks at this computer again. */
  readonly onAgain: () => void;
}

/** What the owner decides before joining: the name, the cards, and whether jobs run beside their own work. */
export function Choices({ consent, chosen, onChange, onAgain }: ChoicesProps) {
  const { t } = useText();
  const { nodeName, cards, cardsProblem } = consent;
  const ticked = cards.filter(({ uuid }) => chosen.ticked.has(uuid));
  return (
    <Card title={t('consent.choices')}>
      <div className={styles['choices']}>
        <TextInput
          label={t('consent.name')}
          description={t(nodeName.editable ? 'consent.nameHint' : 'consent.nameFixed')}
          value={chosen.nodeName}
          readOnly={!nodeName.editable}
          error={isNameGood(chosen.nodeName) ? null : t('consent.nameWrong')}
          maxLength={40}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => onChange({ ...chosen, nodeName: event.currentTarget.value })}
        />
        <fieldset className={styles['cards']}>
          <legend>{t('consent.cards')}</legend>
          {cardsProblem === null ? null : <ProblemCard problem={cardsProblem} onRetry={onAgain} />}
          {cards.map((card) => (
            <Tick key={card.uuid} card={card} chosen={chosen} onChange={onChange} />
          ))}
        </fieldset>
        {onlyDisplays(ticked) ? (
          <div className={styles['when']}>
            <p>{t('consent.onlyDisplay')}</p>
            <Switch
              label={t('consent.always')}
              checked={chosen.always}
              onChange={(event) => onChange({ ...chosen, always: event.currentTarget.checked })}
            />
          </div>
        ) : null}
      </div>
    </Card>
  );
}

function Tick({
  card: { uuid, name, memoryMib, why, choice },
  chosen,
  onChange,
}: {
  readonly card: ConsentCard;
  readonly chosen: Chosen;
  readonly onChange: (chosen: Chosen) => void;
}) {
  const { t, language } = useText();
  const tick = (isTicked: boolean) => {
    const ticked = new Set(chosen.ticked);
    if (isTicked) ticked.add(uuid);
    else ticked.delete(uuid);
    onChange({ ...chosen, ticked });
  };
  return (
    <Checkbox
      label={memoryMib === null ? name : `${name}, ${formatMib(memoryMib, language)}`}
      description={why === null ? null : t(`consent.why.${why}`)}
      checked={chosen.ticked.has(uuid)}
      disabled={!choice}
      onChange={(event) => tick(event.currentTarget.checked)}
    />
  );
}
