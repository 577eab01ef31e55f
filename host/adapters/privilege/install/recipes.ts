import type { Install } from '../../../../contract/installs.ts';
import { fail } from '../../../../contract/problems.ts';
import { engineRecipes } from './engine.ts';
import type { Recipe } from './recipe.ts';
import { tailscale, tailscaleStart } from './tailscale.ts';

const recipes: Readonly<Partial<Record<Install, Recipe>>> = {
  tailscale,
  'tailscale-start': tailscaleStart,
  ...engineRecipes,
};

/** The recipe of one thing. */
export const recipeOf = (item: Install): Recipe =>
  recipes[item] ?? fail('install-failed', `this version cannot install ${item}`);
