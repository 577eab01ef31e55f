import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseScenario, scenarioNames } from './demo-scenario.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'rigshare-scenario-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const chosen = async (asked: string | null) => (await chooseScenario(folder, asked)).name;
const kept = () => existsSync(join(folder, 'intent.json'));

describe("the demo's scenario", () => {
  it('is the first evening where nothing is asked for, and leaves no trace of the choice', async () => {
    expect(await chosen(null)).toBe('first-evening');
    expect(existsSync(join(folder, 'scenario'))).toBe(false);
  });

  it.each(scenarioNames)('can be chosen by its name, and goes on after a restart: %s', async (name) => {
    expect(await chosen(name)).toBe(name);
    writeFileSync(join(folder, 'intent.json'), '{}');
    expect(await chosen(null)).toBe(name);
    expect(await chosen(name)).toBe(name);
    expect(kept()).toBe(true);
  });

  it('is another computer: what was done on the former one is thrown away', async () => {
    await chosen('bare');
    writeFileSync(join(folder, 'intent.json'), '{}');
    expect(await chosen('ready')).toBe('ready');
    expect(kept()).toBe(false);
    writeFileSync(join(folder, 'intent.json'), '{}');
    expect(await chosen('first-evening')).toBe('first-evening');
    expect([kept(), await chosen(null)]).toEqual([false, 'first-evening']);
  });
});
