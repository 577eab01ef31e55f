import type { Install } from '../../../contract/installs.ts';
import type { PackageManager, SystemSample } from '../ports/system.ts';
import { engineCommand } from './engine-command.ts';

/** How a package of the system is installed by hand. */
export const installWords: Readonly<Record<PackageManager, string>> = {
  apt: 'sudo apt-get install -y',
  dnf: 'sudo dnf install -y',
  zypper: 'sudo zypper install -y',
  pacman: 'sudo pacman -S --needed',
  apk: 'sudo apk add',
};

/** One shell line that does by hand what these installs do; null where nobody knows one. */
export function installCommand(installs: readonly Install[], system: SystemSample | null): string | null {
  const parts = installs.map((one) => tailscaleCommand(one, system) ?? engineCommand(one, system));
  const known = parts.filter((one) => one !== null);
  const line = [...new Set(known)].join(' && ');
  return known.length < installs.length || line === '' || line.length > 500 ? null : line;
}

function tailscaleCommand(item: Install, system: SystemSample | null): string | null {
  if (item === 'tailscale') return installTailscale(system);
  if (item !== 'tailscale-start') return null;
  if (system?.packages === 'apk')
    return 'sudo rc-update add tailscale default && sudo rc-service tailscale start';
  return 'sudo systemctl enable --now tailscaled';
}

function installTailscale(system: SystemSample | null): string {
  switch (system?.packages) {
    case 'pacman':
    case 'apk':
      return `${installWords[system.packages]} tailscale`;
    default:
      // The publisher's own line.
      return 'curl -fsSL https://tailscale.com/install.sh | sh';
  }
}
