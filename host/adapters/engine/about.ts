import { z } from 'zod';
import type { EngineSample } from '../../core/ports/engine.ts';

/** What an engine says of itself. */
export type About = Pick<
  EngineSample,
  'kind' | 'version' | 'rootless' | 'linux' | 'nvidia' | 'ownCgroups' | 'others' | 'dataRoot'
>;

const version = z.object({
  Version: z.string(),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});

/** What the engine is. Podman answers Docker's API: it names itself among its components, and in its answers' heads. */
export function readVersion(
  json: unknown,
  header: (name: string) => string | null,
): Pick<EngineSample, 'kind' | 'version'> {
  const { Version, Components } = version.parse(json);
  const podman =
    Components?.some(({ Name }) => /podman/i.test(Name)) === true ||
    header('Libpod-API-Version') !== null ||
    /^libpod/i.test(header('Server') ?? '');
  return { kind: podman ? 'podman' : 'docker', version: Version };
}

const info = z.object({
  OSType: z.string().nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
  /** Podman answers it too. */
  DockerRootDir: z.string().nullish(),
  /** Podman's own field. */
  Rootless: z.boolean().nullish(),
  Runtimes: z.record(z.string(), z.unknown()).nullish(),
  /** Since Docker 28.3: device files in CDI's form that it found. */
  DiscoveredDevices: z.array(z.object({ ID: z.string().nullish() })).nullish(),
});

/** How it runs and what its containers get, from `/info`. */
export function readInfo(
  json: unknown,
): Pick<EngineSample, 'rootless' | 'linux' | 'nvidia' | 'ownCgroups' | 'dataRoot'> {
  const { DockerRootDir, OSType, SecurityOptions, Rootless, Runtimes, DiscoveredDevices } = info.parse(json);
  const has = (name: string): boolean =>
    SecurityOptions?.some((option) => option.split(',').includes(`name=${name}`)) === true;
  const cdi = DiscoveredDevices?.some(({ ID }) => ID?.startsWith('nvidia.com/gpu=') === true) === true;
  return {
    rootless: Rootless === true || has('rootless'),
    linux: (OSType ?? 'linux') === 'linux',
    nvidia: Runtimes?.['nvidia'] !== undefined ? 'runtime' : cdi ? 'cdi' : 'none',
    ownCgroups: has('cgroupns'),
    dataRoot: DockerRootDir?.startsWith('/') === true ? DockerRootDir : null,
  };
}
