import type { Remedy } from '../../contract/problems.ts';

/** What a remedy's button does on this page. */
export type RemedyAction =
  | {
      readonly do:
        'retry' | 'resume' | 'open-anyway' | 'install' | 'share-always' | 'sign-in' | 'reconnect' | 'report';
    }
  | { readonly do: 'go'; readonly to: 'join' | 'settings' }
  | { readonly do: 'help'; readonly page: string | null; readonly command: string | null };

const help = (page: string | null = null, command: string | null = null): RemedyAction => ({
  do: 'help',
  page,
  command,
});

/** What each remedy's button does; pages are only those the window lets through to the browser. */
export const remedyActions: Readonly<Record<Remedy, RemedyAction>> = {
  retry: { do: 'retry' },
  wait: { do: 'retry' },
  'use-pool-network': { do: 'retry' },
  'allow-administrator': { do: 'retry' },
  resume: { do: 'resume' },
  'open-anyway': { do: 'open-anyway' },
  'share-always': { do: 'share-always' },
  'sign-in': { do: 'sign-in' },
  'install-here': { do: 'install' },
  'start-here': { do: 'install' },
  'lose-session': help(),
  'new-invite': { do: 'go', to: 'join' },
  leave: { do: 'go', to: 'settings' },
  'start-host': { do: 'reconnect' },
  'copy-report': { do: 'report' },
  'install-tailscale': help('https://tailscale.com/download'),
  'start-tailscale': help(null, 'sudo systemctl start tailscaled'),
  'update-tailscale': help('https://tailscale.com/download'),
  'ask-operator': help(),
  'install-nomad': help('https://developer.hashicorp.com/nomad/install'),
  'update-nomad': help('https://developer.hashicorp.com/nomad/install'),
  'install-driver': help('https://www.nvidia.com/drivers'),
  'repair-driver': help('https://www.nvidia.com/drivers'),
  'start-engine': help(null, 'sudo systemctl start docker'),
  'allow-engine': help(null, 'sudo usermod -aG docker "$USER"'),
  'install-engine': help('https://docs.docker.com/engine/install/'),
  'log-in-again': help(),
  'use-linux-containers': help(),
  'install-runtime': help(
    null,
    'sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl reload docker',
  ),
  'free-disk': help(),
  'restart-app': help(),
  'update-app': help(),
  'see-moved-file': help(),
  'see-what-stays': help(),
  'allow-udp': help('https://tailscale.com/kb/1082/firewall-ports'),
  'mend-router': help('https://tailscale.com/kb/1082/firewall-ports'),
  'open-portal': help(),
  'ask-network': help(),
  'set-clock': help(null, 'sudo timedatectl set-ntp true'),
};
