import type { Consent } from '../../../contract/consent.ts';
import { consentLines } from '../../../contract/consent-lines.ts';
import type { InvitePreview } from '../../../contract/invite-preview.ts';
import { Card } from '../../components/card.tsx';
import { useText } from '../../text/use-text.ts';
import { onlyWhenIdle, type Chosen } from './chosen.ts';
import styles from './consent-card.module.css';

/** Everything an owner is told before they agree, as it is true for this computer and what they chose. */
export function ConsentCard({
  consent,
  preview,
  chosen,
}: {
  readonly consent: Consent;
  readonly preview: InvitePreview;
  readonly chosen: Chosen;
}) {
  const { t, say, language } = useText();
  const parts = consentLines(consent, preview, {
    nodeName: chosen.nodeName,
    cards: consent.cards.filter(({ uuid }) => chosen.ticked.has(uuid)).map(({ name }) => name),
    whenIdle: onlyWhenIdle(consent, chosen),
    language,
  });
  return (
    <Card title={t('consent.title')} lead={t('consent.lead')}>
      <div className={styles['parts']}>
        {parts.map(({ id, title, lines }) => (
          <section key={id} aria-labelledby={`consent-${id}`}>
            <h3 id={`consent-${id}`} className={styles['title']}>
              {say(title)}
            </h3>
            <ul className={styles['lines']}>
              {lines.map((line) => (
                <li key={`${line.key} ${JSON.stringify(line.params)}`}>{say(line)}</li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Card>
  );
}
