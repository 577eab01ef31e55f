import type { Recipe } from './recipe.ts';

/** What belongs to the container engine: itself, its service, the owner's group, NVIDIA's runtime. */
export const engineRecipes: Readonly<
  Partial<Record<'engine' | 'engine-start' | 'engine-group' | 'nvidia-runtime', Recipe>>
> = {};
