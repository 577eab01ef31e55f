import type { Clock } from '../../core/ports/clock.ts';
import type { Fetch } from '../../core/ports/world.ts';
import { nomadVersion } from '../nomad/node-offer.ts';
import { Service } from '../service.ts';
import type { PublicHalf } from './publisher.ts';
import { playedZip } from './played-programs.ts';
import { ReleasesSite } from './site.ts';

/** A download takes about six seconds, so that it can be watched. */
const travel = { pieces: 24, everyMs: 250 };

/** The releases site of the demo: played programs of a publisher that exists nowhere else. */
export class DemoReleases {
  readonly fetch: Fetch;
  /** Whether the site can be reached. */
  isUp = true;
  readonly #site: ReleasesSite;

  constructor(clock: Clock, signatureIsBad: boolean) {
    this.#site = new ReleasesSite(clock, travel);
    this.#site.signatureIsBad = signatureIsBad;
    for (const version of ['2.0.3', '2.0.4', nomadVersion]) this.publish('nomad', version);
    this.publish('nomad-device-nvidia', '1.1.0');
    this.fetch = new Service(clock, this.#site.handle, () => (this.isUp ? null : 'absent')).fetch;
  }

  /** What is believed of what comes from here. */
  get publicHalf(): Promise<PublicHalf> {
    return this.#site.publicHalf;
  }

  /** From now on this version is there too; one that does not work never becomes ready. */
  publish(program: string, version: string, works = true): void {
    let made: Uint8Array | null = null;
    this.#site.publish({
      program,
      version,
      os: 'linux',
      arch: 'amd64',
      get zip() {
        return (made ??= playedZip(program, { version, works }));
      },
    });
  }

  /** From now on signatures are as they should be, or not. */
  set signatureIsBad(bad: boolean) {
    this.#site.signatureIsBad = bad;
  }
}
