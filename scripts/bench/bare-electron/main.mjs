// The least a tray app can be: one icon with one menu item. What Rigshare is measured against.
import { app, Menu, nativeImage, Tray } from 'electron';

/** Kept, for an icon nobody holds is taken away. */
const kept = [];

app.on('window-all-closed', () => {});
void app.whenReady().then(() => {
  const white = Buffer.alloc(22 * 22 * 4, 0xff);
  const tray = new Tray(nativeImage.createFromBitmap(white, { width: 22, height: 22 }));
  tray.setToolTip('bare');
  tray.setContextMenu(Menu.buildFromTemplate([{ label: 'Quit', click: () => app.quit() }]));
  kept.push(tray);
});
