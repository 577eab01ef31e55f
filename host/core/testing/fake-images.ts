import { imageNamed, listedName } from '../budget/image-names.ts';
import type { ImageSample, Images, Stock, Use } from '../ports/images.ts';

const nothing = { images: [], volumes: [], networks: [] };

/** An engine's stock in memory, for tests of what is removed from it. */
export class FakeImages {
  images: ImageSample[] = [];
  volumes: string[] = [];
  networks: { id: string; name: string }[] = [];
  use: Use = { jobs: nothing, others: nothing };
  /** Images in which there is no program that removes files. */
  bare = new Set<string>();
  /** Told when a folder is emptied. */
  onEmpty: (folder: string) => void = () => undefined;
  inContainers: number | 'unseen' = 0;

  /** The port, noting what changes something. */
  port(note: (call: string) => Promise<void>): Images {
    const isUsed = (id: string): boolean => this.use.others.images.includes(id);
    return {
      stock: (): Promise<Stock> =>
        Promise.resolve({ images: [...this.images], volumes: this.volumes, networks: this.networks }),
      use: () => Promise.resolve(this.use),
      removeImage: async (id, names) => {
        await note(`images.removeImage ${id} ${names.join(',')}`);
        if (isUsed(id)) return 'used';
        const left =
          imageNamed(this.images, id)?.names.filter((n) => !names.map(listedName).includes(n)) ?? [];
        this.images = this.images.flatMap((one) =>
          one.id !== id ? [one] : left.length > 0 ? [{ ...one, names: left }] : [],
        );
        return left.length > 0 ? 'used' : 'gone';
      },
      name: (id, name) => note(`images.name ${id} ${name}`),
      removeVolume: async (name) => {
        await note(`images.removeVolume ${name}`);
        return this.use.others.volumes.includes(name) ? 'used' : 'gone';
      },
      removeNetwork: async (id) => {
        await note(`images.removeNetwork ${id}`);
        return 'gone';
      },
      volumeBytes: () => Promise.resolve({}),
      emptyFolder: async (folder, image) => {
        await note(`images.emptyFolder ${folder} ${image}`);
        if (this.bare.has(image)) return false;
        this.onEmpty(folder);
        return true;
      },
      removeThrowAways: () => Promise.resolve(),
      processesInContainers: () => Promise.resolve(this.inContainers),
    };
  }
}
