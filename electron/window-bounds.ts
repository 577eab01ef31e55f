/** A rectangle of the screen, in density-independent pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest window in which everything can be read and reached. */
export const smallest = { width: 360, height: 480 } as const;

const usual = { width: 1080, height: 760 } as const;

/** How a window is opened: where it was if it can still be reached there, else centred, never larger than the screen. */
export function boundsFor(
  last: Box | null,
  screens: readonly Box[],
): { width: number; height: number; x?: number; y?: number } {
  const first = screens[0] ?? { x: 0, y: 0, ...usual };
  const home = last === null ? undefined : screens.find((screen) => isReachable(last, screen));
  if (last === null || home === undefined)
    return {
      width: within(usual.width, smallest.width, first.width),
      height: within(usual.height, smallest.height, first.height),
    };
  return {
    x: last.x,
    y: Math.max(last.y, home.y),
    width: within(last.width, smallest.width, home.width),
    height: within(last.height, smallest.height, home.height),
  };
}

const within = (value: number, least: number, most: number) => Math.max(least, Math.min(value, most));

/** Whether enough of the upper edge lies on the screen to take hold of it. */
function isReachable(window: Box, screen: Box): boolean {
  const across = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  return across >= 100 && window.y >= screen.y - 20 && window.y <= screen.y + screen.height - 40;
}
