import type { Install } from '../../../contract/installs.ts';
import type { PackageManager, SystemSample } from '../ports/system.ts';
import { engineGroup } from './engine.ts';

/** Docker's package, as each distribution calls it. RHEL's "docker" is Podman: there is none. */
const packages: Readonly<Record<PackageManager, string>> = {
  apt: 'sudo apt-get install -y docker.io',
  dnf: 'sudo dnf install -y moby-engine',
  zypper: 'sudo zypper install -y docker',
  pacman: 'sudo pacman -S --needed docker',
  apk: 'sudo apk add docker',
};

/** How one part of the container engine is installed by hand; null: not of the engine, or nobody knows. */
export function engineCommand(item: Install, system: SystemSample | null): string | null {
  const alpine = system?.packages === 'apk';
  switch (item) {
    case 'engine':
      return system?.packages == null ? null : packages[system.packages];
    case 'engine-start':
      return alpine
        ? 'sudo rc-update add docker default && sudo rc-service docker start'
        : 'sudo systemctl enable --now docker';
    case 'engine-group':
      return alpine ? `sudo addgroup "$USER" ${engineGroup}` : `sudo usermod -aG ${engineGroup} "$USER"`;
    case 'nvidia-runtime':
      // Docker reads its runtimes anew without a restart.
      return 'sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl reload docker';
    default:
      return null;
  }
}
