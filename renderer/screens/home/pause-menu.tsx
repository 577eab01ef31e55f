import { ActionIcon, Menu } from '@mantine/core';
import type { Work } from '../../../contract/app-state.ts';
import { pauseChoices, type PauseChoice } from '../../../contract/pause-choices.ts';
import { pauseEffect } from '../../../contract/phrases.ts';
import { formatClock } from '../../../contract/format.ts';
import type { PauseHow } from '../../../contract/node-state.ts';
import { Icon } from '../../components/icons.tsx';
import { useNow } from '../../text/use-now.ts';
import { useText } from '../../text/use-text.ts';
import styles from './pause-control.module.css';

interface PauseMenuProps {
  readonly work: readonly Work[];
  readonly size: 'md' | 'lg';
  readonly variant: 'filled' | 'default';
  readonly label: string;
  readonly onChoose: (how: PauseHow, until: number | null) => void;
}

/** Every way to pause, each with when it ends and what it does to the work now running. */
export function PauseMenu({ work, size, variant, label, onChoose }: PauseMenuProps) {
  const { t, say } = useText();
  const choices = pauseChoices(useNow(20_000));
  const items = (how: PauseHow) =>
    choices
      .filter((choice) => choice.how === how)
      .map((choice) => <Choice key={choice.id} choice={choice} onChoose={onChoose} />);
  return (
    <Menu
      withinPortal={false}
      withInitialFocusPlaceholder={false}
      position="bottom-end"
      width={310}
      shadow="md"
      radius="md"
    >
      <Menu.Target>
        <ActionIcon variant={variant} aria-label={label} data-size={size} className={styles['more'] ?? ''}>
          <Icon name="down" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Group title={t('pause.nowLabel')} text={say(pauseEffect(work, 'now'))} />
        {items('now')}
        <Menu.Divider />
        <Group title={t('pause.finishLabel')} text={say(pauseEffect(work, 'finish'))} />
        {items('finish')}
      </Menu.Dropdown>
    </Menu>
  );
}

function Group({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <Menu.Label className={styles['label'] ?? ''}>
      <strong>{title}</strong>
      <br />
      {text}
    </Menu.Label>
  );
}

function Choice({
  choice: { id, how, until, label },
  onChoose,
}: {
  readonly choice: PauseChoice;
  readonly onChoose: PauseMenuProps['onChoose'];
}) {
  const { t, say, language } = useText();
  // "Until tomorrow 08:00" says its time itself.
  const when =
    until === null || id === 'tomorrow' ? null : (
      <span className={styles['when']}>{t('pause.until', { clock: formatClock(until, language) })}</span>
    );
  return (
    <Menu.Item rightSection={when} onClick={() => onChoose(how, until)}>
      {say(label)}
    </Menu.Item>
  );
}
