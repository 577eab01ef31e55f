import type { Rectangle } from 'electron';
import Store from 'electron-store';

/** Where the window was and how large; the window's alone, so the host knows nothing of it. */
export interface WindowPlace {
  readonly bounds: Rectangle | null;
  readonly maximized: boolean;
}

const number = { type: 'number' } as const;

/** Remembers the window's place in a file of its own in `folder`; a damaged file is begun anew. */
export function openWindowStore(folder: string): {
  read: () => WindowPlace;
  write: (place: WindowPlace) => void;
} {
  const store = new Store<WindowPlace>({
    cwd: folder,
    name: 'window',
    clearInvalidConfig: true,
    defaults: { bounds: null, maximized: false },
    schema: {
      bounds: {
        type: ['object', 'null'],
        properties: { x: number, y: number, width: number, height: number },
        required: ['x', 'y', 'width', 'height'],
      },
      maximized: { type: 'boolean' },
    },
  });
  return {
    read: () => ({ bounds: store.get('bounds'), maximized: store.get('maximized') }),
    write: (place) => store.set(place),
  };
}
