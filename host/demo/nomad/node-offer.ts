import type { CardModel } from '../cards.ts';
import type { AgentConfig } from './agent-config.ts';
import type { NodeDevice, NodeOffer } from './model.ts';

/** The version of Nomad that the demo plays. */
export const nomadVersion = '2.0.5';

/** What an agent tells of itself when it registers. */
export function offerOf(id: string, config: AgentConfig, cards: readonly CardModel[]): NodeOffer {
  const [address = '127.0.0.1'] = config.advertiseHttp.split(':');
  const docker = config.driverAllowlist === null || config.driverAllowlist.includes('docker');
  return {
    ID: id,
    Name: config.name,
    Datacenter: config.datacenter,
    NodePool: config.nodePool,
    NodeClass: config.nodeClass,
    HTTPAddr: config.advertiseHttp,
    TLSEnabled: false,
    Attributes: {
      'kernel.name': 'linux',
      'os.name': 'debian',
      'cpu.arch': 'amd64',
      'cpu.numcores': '16',
      'nomad.version': config.version ?? nomadVersion,
      'unique.hostname': config.name,
      'unique.network.ip-address': address,
      'unique.advertise.address': config.advertiseHttp,
      ...(docker
        ? {
            'driver.docker': '1',
            'driver.docker.version': '28.2.2',
            'driver.docker.runtimes': 'io.containerd.runc.v2,nvidia,runc',
            'driver.docker.os_type': 'linux',
          }
        : {}),
    },
    // Nomad adds lines of its own.
    Meta: { ...config.meta, 'connect.log_level': 'info', 'connect.proxy_concurrency': '1' },
    NodeResources: {
      Cpu: { CpuShares: 64_000, TotalCpuCores: 16 },
      Memory: { MemoryMB: 64_000 },
      Disk: { DiskMB: 400_000 },
      Devices: devicesOf(config, cards),
    },
    Drivers: docker
      ? {
          docker: {
            Detected: true,
            Healthy: true,
            HealthDescription: 'Healthy',
            Attributes: { 'driver.docker': 'true' },
          },
        }
      : {},
  };
}

/** Cards are devices of the node where the device plugin is configured. */
function devicesOf(config: AgentConfig, cards: readonly CardModel[]): readonly NodeDevice[] | null {
  if (!config.plugins.some((name) => name.includes('nvidia'))) return null;
  const shared = cards.filter((card) => !config.ignoredGpus.includes(card.uuid));
  const names = [...new Set(shared.map((card) => card.name))];
  const groups = names.map((name) => {
    const same = shared.filter((card) => card.name === name);
    return {
      Vendor: 'nvidia',
      Type: 'gpu',
      Name: name,
      Attributes: { memory: { Int: same[0]?.memoryMib ?? 0, Unit: 'MiB' } },
      Instances: same.map((card) => ({
        ID: card.uuid,
        Healthy: true,
        HealthDescription: '',
        Locality: { PciBusID: card.busId },
      })),
    };
  });
  return groups.length === 0 ? null : groups;
}
