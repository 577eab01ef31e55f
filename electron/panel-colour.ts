import { nativeTheme } from 'electron';

/** Whether the panel that holds the icon is light or dark. */
export function panelColour(environment: NodeJS.ProcessEnv): 'light' | 'dark' {
  // GNOME's panel is dark in its light theme too.
  if (/\bgnome\b/i.test(environment['XDG_CURRENT_DESKTOP'] ?? '')) return 'dark';
  // Newer Electrons tell the taskbar's colour of Windows, which may differ from that of its windows.
  const { shouldUseDarkColorsForSystemIntegratedUI: panel } = nativeTheme as {
    shouldUseDarkColorsForSystemIntegratedUI?: boolean;
  };
  return (panel ?? nativeTheme.shouldUseDarkColors) ? 'dark' : 'light';
}
