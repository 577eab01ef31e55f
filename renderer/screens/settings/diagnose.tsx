import { Button } from '@mantine/core';
import { Card } from '../../components/card.tsx';
import { hrefOf } from '../../route.ts';
import { useText } from '../../text/use-text.ts';

/** The way to the diagnosis and the report. */
export function Diagnose() {
  const { t } = useText();
  return (
    <Card title={t('diagnosis.title')} lead={t('diagnosis.lead')}>
      <Button component="a" href={hrefOf('diagnosis')} variant="default">
        {t('diagnosis.open')}
      </Button>
    </Card>
  );
}
