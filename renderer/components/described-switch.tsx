import { Switch } from '@mantine/core';
import { useId } from 'react';
import styles from './described-switch.module.css';

interface DescribedSwitchProps {
  readonly label: string;
  /** Said below the switch, and read out after its name; null: nothing. */
  readonly text: string | null;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange?: (on: boolean) => void;
}

/** A switch whose explanation is not part of its name. */
export function DescribedSwitch({ label, text, checked, disabled, onChange }: DescribedSwitchProps) {
  const id = useId();
  return (
    <div className={styles['described']}>
      <Switch
        withThumbIndicator={false}
        label={label}
        checked={checked}
        disabled={disabled ?? false}
        aria-describedby={text === null ? undefined : id}
        onChange={(event) => onChange?.(event.currentTarget.checked)}
      />
      {text === null ? null : (
        <p id={id} className={styles['text']}>
          {text}
        </p>
      )}
    </div>
  );
}
