import { useMutation } from '@tanstack/react-query';
import type { Settings } from '../../../contract/app-state.ts';
import type { Problem } from '../../../contract/problems.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';

/** The owner's settings and how to change some of them. */
export interface SettingsAccess {
  readonly settings: Settings;
  readonly update: (change: Partial<Settings>) => void;
  readonly isSaving: boolean;
  readonly isSaved: boolean;
  readonly problem: Problem | null;
}

/** The settings; while a change is on its way it is shown as made. */
export function useSettings(): SettingsAccess {
  const { orpc } = useHost();
  const { settings } = useAppState();
  const update = useMutation(orpc.settings.update.mutationOptions());
  return {
    settings: update.isPending ? { ...settings, ...changed(update.variables) } : settings,
    update: (change) => update.mutate(change),
    isSaving: update.isPending,
    isSaved: update.isSuccess,
    problem: update.error === null ? null : problemOf(update.error),
  };
}

/** What the change says, without what it leaves out. */
function changed(change: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Partial<Settings> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
