import { describe, expect, it } from 'vitest';
import { gpuSlug, hasUnifiedMemory } from './slug.ts';

/** What drivers print, by their releases, against the one slug of the card. */
const cards: readonly (readonly [slug: string, ...names: readonly string[]])[] = [
  ['nvidia-geforce-gtx-960', 'GeForce GTX 960', 'NVIDIA GeForce GTX 960'],
  ['nvidia-geforce-gtx-980-ti', 'GeForce GTX 980 Ti', 'NVIDIA GeForce GTX 980 Ti'],
  ['nvidia-geforce-gtx-1060-6gb', 'GeForce GTX 1060 6GB', 'NVIDIA GeForce GTX 1060 6GB'],
  ['nvidia-geforce-gtx-1060-3gb', 'GeForce GTX 1060 3GB', 'NVIDIA GeForce GTX 1060 3GB'],
  ['nvidia-geforce-gtx-1070-max-q', 'GeForce GTX 1070 with Max-Q Design'],
  ['nvidia-geforce-gtx-1080-ti', 'GeForce GTX 1080 Ti', 'NVIDIA GeForce GTX 1080 Ti'],
  ['nvidia-geforce-gtx-1650-super', 'GeForce GTX 1650 SUPER', 'NVIDIA GeForce GTX 1650 SUPER'],
  ['nvidia-geforce-gtx-1660-ti', 'GeForce GTX 1660 Ti', 'NVIDIA GeForce GTX 1660 Ti'],
  [
    'nvidia-geforce-rtx-2070-max-q',
    'GeForce RTX 2070 with Max-Q Design',
    'NVIDIA GeForce RTX 2070 with Max-Q Design',
  ],
  ['nvidia-geforce-rtx-2070-super', 'GeForce RTX 2070 SUPER', 'NVIDIA GeForce RTX 2070 SUPER'],
  ['nvidia-geforce-rtx-2080-ti', 'GeForce RTX 2080 Ti', 'NVIDIA GeForce RTX 2080 Ti'],
  ['nvidia-geforce-rtx-3060', 'GeForce RTX 3060', 'NVIDIA GeForce RTX 3060'],
  ['nvidia-geforce-rtx-3060-laptop-gpu', 'GeForce RTX 3060 Laptop GPU', 'NVIDIA GeForce RTX 3060 Laptop GPU'],
  ['nvidia-geforce-rtx-3080-ti', 'NVIDIA GeForce RTX 3080 Ti'],
  ['nvidia-geforce-rtx-3090', 'GeForce RTX 3090', 'NVIDIA GeForce RTX 3090'],
  ['nvidia-geforce-rtx-4070-ti-super', 'NVIDIA GeForce RTX 4070 Ti SUPER'],
  ['nvidia-geforce-rtx-4080-laptop-gpu', 'NVIDIA GeForce RTX 4080 Laptop GPU'],
  [
    'nvidia-geforce-rtx-4090',
    'NVIDIA GeForce RTX 4090',
    'NVIDIA GeForce RTX™ 4090',
    'NVIDIA  GeForce RTX(TM) 4090 ',
  ],
  ['nvidia-geforce-rtx-4090-d', 'NVIDIA GeForce RTX 4090 D'],
  ['nvidia-geforce-rtx-5070-ti', 'NVIDIA GeForce RTX 5070 Ti'],
  ['nvidia-geforce-rtx-5090', 'NVIDIA GeForce RTX 5090'],
  ['nvidia-geforce-rtx-5090-laptop-gpu', 'NVIDIA GeForce RTX 5090 Laptop GPU'],
  ['nvidia-geforce-gt-710', 'GeForce GT 710', 'NVIDIA GeForce GT 710'],
  ['nvidia-geforce-mx150', 'GeForce MX150', 'NVIDIA GeForce MX150'],
  ['nvidia-geforce-mx450', 'GeForce MX450', 'NVIDIA GeForce MX450'],
  ['nvidia-geforce-940mx', 'GeForce 940MX', 'NVIDIA GeForce 940MX'],
  ['nvidia-titan-x-pascal', 'TITAN X (Pascal)', 'NVIDIA TITAN X (Pascal)'],
  ['nvidia-titan-xp', 'TITAN Xp', 'NVIDIA TITAN Xp'],
  ['nvidia-titan-v', 'TITAN V', 'NVIDIA TITAN V'],
  ['nvidia-titan-rtx', 'TITAN RTX', 'NVIDIA TITAN RTX'],
  ['nvidia-quadro-p2000', 'Quadro P2000', 'NVIDIA Quadro P2000'],
  ['nvidia-quadro-rtx-6000', 'Quadro RTX 6000', 'NVIDIA Quadro RTX 6000'],
  ['nvidia-quadro-t1000-max-q', 'Quadro T1000 with Max-Q Design'],
  ['nvidia-rtx-a2000-12gb', 'NVIDIA RTX A2000 12GB', 'RTX A2000 12GB'],
  ['nvidia-rtx-a4000', 'RTX A4000', 'NVIDIA RTX A4000'],
  ['nvidia-rtx-a6000', 'RTX A6000', 'NVIDIA RTX A6000'],
  ['nvidia-rtx-4000-sff-ada-generation', 'NVIDIA RTX 4000 SFF Ada Generation'],
  ['nvidia-rtx-6000-ada-generation', 'NVIDIA RTX 6000 Ada Generation'],
  ['nvidia-rtx-pro-6000-blackwell-workstation-edition', 'NVIDIA RTX PRO 6000 Blackwell Workstation Edition'],
  ['nvidia-tesla-k80', 'Tesla K80', 'NVIDIA Tesla K80'],
  ['nvidia-tesla-m60', 'Tesla M60', 'NVIDIA Tesla M60'],
  ['nvidia-tesla-p40', 'Tesla P40', 'NVIDIA P40'],
  ['nvidia-tesla-p100-pcie-16gb', 'Tesla P100-PCIE-16GB', 'NVIDIA Tesla P100-PCIE-16GB'],
  ['nvidia-tesla-v100-sxm2-16gb', 'Tesla V100-SXM2-16GB', 'NVIDIA Tesla V100-SXM2-16GB'],
  ['nvidia-tesla-v100-sxm2-32gb', 'Tesla V100-SXM2-32GB'],
  ['nvidia-tesla-v100-pcie-32gb', 'Tesla V100-PCIE-32GB'],
  ['nvidia-tesla-t4', 'Tesla T4', 'NVIDIA Tesla T4', 'NVIDIA T4'],
  ['nvidia-a2', 'NVIDIA A2'],
  ['nvidia-a10', 'A10', 'NVIDIA A10'],
  ['nvidia-a10g', 'NVIDIA A10G'],
  ['nvidia-a30', 'NVIDIA A30'],
  ['nvidia-a40', 'A40', 'NVIDIA A40'],
  ['nvidia-a100-pcie-40gb', 'A100-PCIE-40GB', 'NVIDIA A100-PCIE-40GB', 'NVIDIA A100 40GB PCIe'],
  ['nvidia-a100-pcie-80gb', 'NVIDIA A100 80GB PCIe', 'NVIDIA A100-PCIE-80GB'],
  ['nvidia-a100-sxm4-40gb', 'A100-SXM4-40GB', 'NVIDIA A100-SXM4-40GB'],
  ['nvidia-a100-sxm4-80gb', 'A100-SXM4-80GB', 'A100-SXM-80GB', 'NVIDIA A100-SXM4-80GB'],
  ['nvidia-h100-pcie-80gb', 'NVIDIA H100 PCIe', 'NVIDIA H100 80GB HBM2e'],
  ['nvidia-h100-sxm5-80gb', 'NVIDIA H100 80GB HBM3'],
  ['nvidia-h100-nvl-94gb', 'NVIDIA H100 NVL'],
  ['nvidia-h200-sxm5-141gb', 'NVIDIA H200'],
  ['nvidia-h200-nvl-141gb', 'NVIDIA H200 NVL'],
  ['nvidia-gh200-480gb', 'NVIDIA GH200 480GB'],
  ['nvidia-l4', 'NVIDIA L4'],
  ['nvidia-l40', 'NVIDIA L40'],
  ['nvidia-l40s', 'NVIDIA L40S'],
  ['nvidia-b200', 'NVIDIA B200'],
  ['nvidia-gb200', 'NVIDIA GB200'],
  ['nvidia-gb10', 'NVIDIA GB10', 'NVIDIA DGX Spark'],
  [
    'nvidia-jetson-orin',
    'Orin (nvgpu)',
    'NVIDIA Orin (nvgpu)',
    'NVIDIA Tegra Orin (nvgpu)',
    'NVIDIA Jetson AGX Orin',
  ],
  ['nvidia-jetson-thor', 'NVIDIA Thor', 'NVIDIA Jetson AGX Thor'],
  ['nvidia-grid-t4-8q', 'GRID T4-8Q', 'NVIDIA GRID T4-8Q'],
];

describe('a card’s slug', () => {
  it.each(cards)('is %s whatever prints its name', (slug, ...names) => {
    expect(names.map(gpuSlug)).toEqual(names.map(() => slug));
  });
  it('is another for each card', () => {
    const slugs = cards.map(([slug]) => slug);
    expect(new Set(slugs).size).toBe(slugs.length);
  });
  it('stays what it is when it is made of itself, so that a job author may copy it', () => {
    for (const [slug] of cards) expect(gpuSlug(slug)).toBe(slug);
  });
  it('is made of letters, digits and single dashes, or "unknown"', () => {
    for (const name of ['NVIDIA Graphics Device', 'NVIDIA Ægir–9000 (prototype)', '图形'])
      expect(gpuSlug(name)).toMatch(/^(?:unknown|nvidia(?:-[a-z0-9]+)+)$/);
    for (const name of ['', 'NVIDIA', '???']) expect(gpuSlug(name)).toBe('unknown');
  });
});

describe('memory of the computer’s own', () => {
  it('is that of boards which have no other', () => {
    const boards = ['NVIDIA GB10', 'Orin (nvgpu)', 'NVIDIA Thor'];
    expect(boards.filter(hasUnifiedMemory)).toEqual(boards);
    expect(['NVIDIA GH200 480GB', 'NVIDIA GB200', 'NVIDIA GeForce RTX 4090'].some(hasUnifiedMemory)).toBe(
      false,
    );
  });
});
