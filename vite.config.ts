import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page: shown in the app's window and, where there is no display, on loopback. */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  server: { port: 5273, strictPort: true },
  build: {
    outDir: '../out/renderer',
    // scripts/build.mjs removes what is older, so that a page in use never loses its files on the way.
    emptyOutDir: false,
    target: 'chrome130',
    modulePreload: false,
    chunkSizeWarningLimit: 900,
  },
});
