/** Names that say nothing of what the rules below look for: what the driver prints → its slug without the maker. */
const known: ReadonlyMap<string, string> = new Map([
  // Form factor and memory are left out of some data centre names, and told by the kind of memory in others.
  ['h100-80gb-hbm3', 'h100-sxm5-80gb'],
  ['h100-sxm5', 'h100-sxm5-80gb'],
  ['h100-80gb-hbm2e', 'h100-pcie-80gb'],
  ['h100-pcie', 'h100-pcie-80gb'],
  ['h100-nvl', 'h100-nvl-94gb'],
  ['h200', 'h200-sxm5-141gb'],
  ['h200-nvl', 'h200-nvl-141gb'],
  ['a100-sxm-40gb', 'a100-sxm4-40gb'],
  ['a100-sxm-80gb', 'a100-sxm4-80gb'],
  // One chip, several names by release of the driver.
  ['t4', 'tesla-t4'],
  ['p4', 'tesla-p4'],
  ['p40', 'tesla-p40'],
  // Boards whose memory is the computer's own.
  ['orin', 'jetson-orin'],
  ['orin-nvgpu', 'jetson-orin'],
  ['tegra-orin-nvgpu', 'jetson-orin'],
  ['jetson-agx-orin', 'jetson-orin'],
  ['jetson-orin-nx', 'jetson-orin'],
  ['jetson-orin-nano', 'jetson-orin'],
  ['xavier', 'jetson-xavier'],
  ['xavier-nvgpu', 'jetson-xavier'],
  ['tegra-xavier', 'jetson-xavier'],
  ['thor', 'jetson-thor'],
  ['thor-nvgpu', 'jetson-thor'],
  ['jetson-agx-thor', 'jetson-thor'],
  ['dgx-spark', 'gb10'],
]);

/** Cards whose memory is the computer's own. */
const unified: ReadonlySet<string> = new Set(['jetson-orin', 'jetson-xavier', 'jetson-thor', 'gb10']);

/**
 * The name as a slug for the pool's metadata: "NVIDIA GeForce RTX 4090" → "nvidia-geforce-rtx-4090".
 *
 * Drivers before 465 print most names without their maker, and some names changed their order of memory and form
 * factor; one card has one slug whatever prints its name, so that a constraint written once goes on to work.
 */
export function gpuSlug(name: string): string {
  const short = withoutMaker(name);
  return short === '' ? 'unknown' : `nvidia-${short}`;
}

/** Whether a card of this name has no memory of its own. */
export const hasUnifiedMemory = (name: string): boolean => unified.has(withoutMaker(name));

function withoutMaker(name: string): string {
  const plain = name
    .replaceAll(/\((?:tm|r|c)\)|[™®©]/gi, '')
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .replace(/^(?:nvidia-(?:corporation-)?)+/, '')
    .replace(/^nvidia$/, '');
  const told = known.get(plain);
  if (told !== undefined) return told;
  return ordered(plain).replace(/-with-max-q(?:-design)?$/, '-max-q');
}

/** Memory after form factor, as most names have it: "a100-80gb-pcie" → "a100-pcie-80gb"; and both written one way. */
function ordered(plain: string): string {
  return plain
    .replaceAll(/-(\d+)-gb(?=-|$)/g, '-$1gb')
    .replace(/^((?:tesla-)?[a-z]{1,2}\d{2,4}[a-z]?)-(\d+gb)-(pcie|nvl|sxm\d?)$/, '$1-$3-$2');
}
