import { describe, expect, it } from 'vitest';
import { nodeForRoot } from './root-node.ts';

const env = { APPIMAGE: '/home/mira/My Apps/Rigshare.AppImage', APPDIR: '/tmp/.mount_Rig sh' };
const execPath = '/tmp/.mount_Rig sh/rigshare-desktop';
const mounts = [
  'overlay / overlay rw 0 0',
  'Rigshare.AppImage /tmp/.mount_Rig\\040sh fuse.Rigshare.AppImage ro,nosuid,nodev,relatime,user_id=1000 0 0',
].join('\n');

describe('what root runs of the app', () => {
  it('is the image where the app lies in a mount that root may not read', () => {
    expect(nodeForRoot({ execPath, env, mounts })).toBe(env.APPIMAGE);
  });
  it.each([
    ['is installed', { execPath: '/opt/Rigshare/rigshare-desktop', env: {} }],
    ['was started by another AppImage', { execPath: '/opt/Rigshare/rigshare-desktop', env }],
    ['was unpacked and not mounted', { execPath, env, mounts: 'overlay / overlay rw 0 0' }],
    ['lies in a mount that everybody reads', { execPath, env, mounts: mounts.replace('fuse.', 'squashfs.') }],
  ])('is the binary itself where the app %s', (_, given) => {
    expect(nodeForRoot({ mounts, ...given })).toBe(given.execPath);
  });
});
