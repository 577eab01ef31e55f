import type { NodeStateKind } from '../../contract/node-state.ts';
import { Icon, type IconName } from './icons.tsx';
import styles from './state-glyph.module.css';

const looks: Readonly<
  Record<NodeStateKind, { readonly icon: IconName; readonly tone: 'accent' | 'quiet' | 'warn' }>
> = {
  looking: { icon: 'chip', tone: 'quiet' },
  new: { icon: 'chip', tone: 'quiet' },
  joining: { icon: 'join', tone: 'accent' },
  sharing: { icon: 'spark', tone: 'accent' },
  pausing: { icon: 'pause', tone: 'quiet' },
  paused: { icon: 'pause', tone: 'quiet' },
  attention: { icon: 'alert', tone: 'warn' },
  offline: { icon: 'off', tone: 'warn' },
  leaving: { icon: 'leave', tone: 'quiet' },
};

const moving: ReadonlySet<NodeStateKind> = new Set(['looking', 'joining', 'pausing', 'leaving']);

/** A state's sign: told apart by its shape, not only its colour; turning while something is under way. */
export function StateGlyph({ kind }: { readonly kind: NodeStateKind }) {
  const { icon, tone } = looks[kind];
  return (
    <span className={styles['glyph']} data-tone={tone} data-moving={moving.has(kind) || undefined}>
      <Icon name={icon} size={28} />
    </span>
  );
}
