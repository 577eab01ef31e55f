import { busSocket } from '../../../contract/bus-address.ts';
import type { Activity } from '../../core/ports/activity.ts';
import type { World } from '../../core/ports/world.ts';
import { openBus } from './bus.ts';
import { linuxActivity } from './linux.ts';
import { macosActivity } from './macos.ts';
import { windowsActivity } from './windows.ts';
import { x11IdleMs } from './x11.ts';

/** Whether somebody uses this computer, as its system tells; nothing is connected to before it is asked. */
export function createActivity(
  world: Pick<World, 'clock' | 'programs' | 'machine'>,
  env: NodeJS.ProcessEnv,
): Activity {
  switch (world.machine.platform) {
    case 'windows':
      return windowsActivity();
    case 'macos':
      return macosActivity(world);
    case 'linux':
      return linuxActivity({
        clock: world.clock,
        // A host that was started without its session's surroundings finds the bus where systemd puts it.
        session: openBus(() => busSocket({ XDG_RUNTIME_DIR: `/run/user/${world.machine.uid}`, ...env })),
        system: openBus(() => systemBus(env)),
        x11: () => x11IdleMs(env),
      });
  }
}

const systemBus = (env: NodeJS.ProcessEnv): string | null =>
  busSocket({
    DBUS_SESSION_BUS_ADDRESS: env['DBUS_SYSTEM_BUS_ADDRESS'] ?? 'unix:path=/run/dbus/system_bus_socket',
  });
