import type { CardModel } from '../cards.ts';
import type { JobKind } from '../scenario.ts';

/** One GeForce RTX 4090, with a desktop on it. */
export const rtx4090: CardModel = {
  uuid: 'GPU-4f1c7a52-9be0-4d6e-8a3c-2d5e71b0c940',
  name: 'NVIDIA GeForce RTX 4090',
  busId: '00000000:01:00.0',
  memoryMib: 24_564,
  idleMib: 412,
  idleW: 21,
  maximumW: 450,
};

/** A second card beside it, without a display. */
export const rtx3090: CardModel = {
  uuid: 'GPU-b7d0e3f8-1c25-4a97-9e64-70f2c8d1a3b5',
  name: 'NVIDIA GeForce RTX 3090',
  busId: '00000000:02:00.0',
  memoryMib: 24_576,
  idleMib: 18,
  idleW: 16,
  maximumW: 350,
};

/** What tenants of the demo pool send. */
export const usualJobs: readonly JobKind[] = [
  {
    name: 'product-photos-sdxl',
    type: 'batch',
    image: 'ghcr.io/northlight/sdxl-batch:2.4',
    command: ['python3', 'render.py', '--prompts', 'catalogue.csv'],
    seconds: [100, 260],
    vramMib: 11_800,
    utilizationPercent: 97,
    termMs: 180,
    pullSeconds: 5,
  },
  {
    name: 'finetune-llama-8b-lora',
    type: 'batch',
    image: 'ghcr.io/kestrel-ml/axolotl:0.9',
    command: ['python3', '-m', 'axolotl.cli.train', 'config.yml'],
    seconds: [300, 780],
    vramMib: 21_300,
    utilizationPercent: 99,
    termMs: 1_900,
    pullSeconds: 9,
  },
  {
    name: 'blender-harbour-shot',
    type: 'batch',
    image: 'docker.io/linuxserver/blender:4.4',
    command: ['blender', '-b', 'harbour.blend', '-E', 'CYCLES', '-f', '140..180'],
    seconds: [180, 420],
    vramMib: 8_900,
    utilizationPercent: 94,
    termMs: 350,
    pullSeconds: 6,
  },
  {
    name: 'protein-folding-batch',
    type: 'batch',
    image: 'ghcr.io/openfold-lab/esmfold:1.1',
    command: ['python3', 'fold.py', '--fasta', 'shard.fa'],
    seconds: [140, 360],
    vramMib: 15_200,
    utilizationPercent: 88,
    termMs: 700,
    pullSeconds: 7,
  },
  {
    name: 'whisper-lecture-archive',
    type: 'batch',
    image: 'ghcr.io/campus-media/faster-whisper:1.2',
    command: ['python3', 'transcribe.py', '--model', 'large-v3'],
    seconds: [90, 210],
    vramMib: 5_400,
    utilizationPercent: 71,
    termMs: 120,
    pullSeconds: 4,
  },
  {
    name: 'climate-downscaling',
    type: 'batch',
    image: 'registry.gitlab.com/meteo-ens/downscale:3.0',
    command: ['python3', 'downscale.py', '--member', '12'],
    seconds: [240, 600],
    vramMib: 13_700,
    utilizationPercent: 91,
    termMs: null,
    pullSeconds: 6,
  },
  {
    name: 'gaussian-splat-museum',
    type: 'batch',
    image: 'ghcr.io/scanhall/splat-trainer:0.6',
    command: ['python3', 'train.py', '--scene', 'hall-3'],
    seconds: [150, 330],
    vramMib: 17_900,
    utilizationPercent: 98,
    termMs: 400,
    pullSeconds: 5,
  },
];
