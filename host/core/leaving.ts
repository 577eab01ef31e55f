import type { Leaving } from '../../contract/leaving.ts';
import { ProblemError } from '../../contract/problems.ts';
import { cameEntries } from './budget/came.ts';
import type { Facts } from './facts.ts';
import { findLine } from './footprint.ts';
import { installsToUndo } from './opening/installs.ts';
import type { Shelf } from './ports/releases.ts';
import type { Clock } from './ports/clock.ts';
import type { Images } from './ports/images.ts';
import type { Machine } from './ports/world.ts';
import type { FootprintStore, Folders } from './ports/stores.ts';
import { type Privilege, promptsBy } from './ports/tailnet.ts';
import { tailnetToLeave } from './steps/tailnet-lines.ts';
import { isLeft } from './work.ts';

/** What is looked at before leaving. */
export interface LeavingPorts {
  readonly clock: Clock;
  readonly machine: Machine;
  readonly footprint: FootprintStore;
  readonly folders: Folders;
  readonly images: Images;
  readonly shelf: Pick<Shelf, 'folder'>;
  readonly privilege: Pick<Privilege, 'way'>;
}

/** What our folders hold: the agent's, the secrets', and the downloaded programs'. */
async function foldersBytes({ folders, shelf }: LeavingPorts): Promise<number> {
  const all = [folders.agent, folders.secrets, shelf.folder].map((path) => folders.bytes(path));
  return (await Promise.all(all)).reduce((sum, bytes) => sum + bytes, 0);
}

/** What leaving would take away and ask, by what is here now; changes nothing. */
export async function leavingOf(ports: LeavingPorts, facts: Facts): Promise<Leaving> {
  const { value: entries } = await ports.footprint.load();
  const came = cameEntries(entries);
  const [engine, folderBytes, way] = await Promise.all([
    lookAtEngine(
      ports.images,
      came.some(({ line }) => line.kind === 'volume'),
    ),
    foldersBytes(ports),
    ports.privilege.way(),
  ]);
  const images = new Map<string, string>();
  for (const { line } of came)
    if (line.kind === 'image' && !images.has(line.id)) images.set(line.id, line.name);
  const network = tailnetToLeave(entries) !== null;
  const agent = findLine(entries, 'agent') !== null;
  const needsRoot = network || installsToUndo(entries).length > 0 || agent;
  return {
    jobs: facts.work.known ? facts.work.value.filter(isLeft).length : 0,
    images: [...images]
      .filter(([id]) => engine.bytes === null || engine.bytes.has(id))
      .map(([id, name]) => ({ name, bytes: engine.bytes?.get(id) ?? null })),
    volumes: came.flatMap(({ line }) =>
      line.kind === 'volume' ? [{ name: line.name, bytes: engine.volumes[line.name] ?? null }] : [],
    ),
    networks: came.flatMap(({ line }) => (line.kind === 'network' ? [{ name: line.name }] : [])),
    engineProblem: engine.problem,
    folderBytes,
    network,
    prompts: needsRoot ? (promptsBy(way) ?? 1) : 0,
    exportTo: `${ports.machine.home ?? ports.folders.agent.replace(/\/[^/]*$/, '')}/rigshare-earnings-${dayOf(ports.clock.now())}.csv`,
  };
}

interface EngineSeen {
  readonly bytes: ReadonlyMap<string, number> | null;
  readonly volumes: Readonly<Record<string, number>>;
  readonly problem: string | null;
}

async function lookAtEngine(images: Images, hasVolumes: boolean): Promise<EngineSeen> {
  try {
    const stock = await images.stock();
    const volumes = hasVolumes ? await images.volumeBytes() : {};
    return { bytes: new Map(stock.images.map(({ id, bytes }) => [id, bytes])), volumes, problem: null };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { bytes: null, volumes: {}, problem: error.problem.code };
  }
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
