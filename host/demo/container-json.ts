import type { Container } from './containers.ts';

/** What Docker hides of /proc and /sys in every container. */
const maskedPaths = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/kcore',
  '/proc/keys',
  '/proc/timer_list',
  '/sys/firmware',
];

/** A container as the engine inspects it. */
export const inspected = (one: Container): object => ({
  Id: one.id,
  Name: `/${one.wanted.name}`,
  Created: new Date(one.createdAt).toISOString(),
  Image: `sha256:${one.id}`,
  State: {
    Status: one.state,
    Running: one.state === 'running',
    Paused: false,
    Restarting: false,
    OOMKilled: false,
    Dead: false,
    Pid: one.state === 'running' ? one.pid : 0,
    ExitCode: one.exitCode,
    Error: '',
    StartedAt: new Date(one.createdAt).toISOString(),
    FinishedAt: one.finishedAt === null ? '0001-01-01T00:00:00Z' : new Date(one.finishedAt).toISOString(),
  },
  Config: {
    Image: one.wanted.image,
    Labels: one.wanted.labels,
    Cmd: one.wanted.command,
    Env: [
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ...(one.wanted.gpu === null ? [] : [`NVIDIA_VISIBLE_DEVICES=${one.wanted.gpu.card}`]),
      ...(one.wanted.env ?? []),
    ],
  },
  HostConfig: {
    Runtime: one.wanted.gpu === null ? 'runc' : 'nvidia',
    NetworkMode: 'default',
    PidMode: '',
    IpcMode: 'private',
    UTSMode: '',
    UsernsMode: '',
    CgroupnsMode: 'private',
    Privileged: false,
    Binds: one.wanted.binds ?? [],
    Devices: [],
    DeviceRequests: null,
    DeviceCgroupRules: null,
    CapAdd: null,
    CapDrop: ['NET_RAW'],
    SecurityOpt: null,
    VolumesFrom: null,
    Links: null,
    MaskedPaths: maskedPaths,
    ...one.wanted.asks,
  },
  Mounts: (one.wanted.binds ?? []).map((bind) => {
    const [Source, Destination] = bind.split(':');
    return { Type: 'bind', Source, Destination, Mode: '', RW: true, Propagation: 'rprivate' };
  }),
  NetworkSettings: { Networks: { bridge: {} } },
});
