import type { Leaving } from '../../contract/leaving.ts';

/** What leaving would take away after some jobs. */
export const leaving: Leaving = {
  jobs: 1,
  images: [
    { name: 'ghcr.io/lab/train:2', bytes: 6_200_000_000 },
    { name: 'ghcr.io/lab/render:7', bytes: 1_400_000_000 },
  ],
  volumes: [{ name: 'scratch', bytes: 320_000_000 }],
  networks: [],
  engineProblem: null,
  folderBytes: 210_000_000,
  network: true,
  prompts: 1,
  exportTo: '/home/mira/rigshare-earnings-2026-01-02.csv',
};
