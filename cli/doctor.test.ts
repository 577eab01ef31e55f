import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CheckResult } from '../contract/checks.ts';
import type { CommandsDouble } from '../host/procedures/testing/commands-double.ts';
import { sharingState } from '../host/procedures/testing/commands-double.ts';
import { newRig, type Rig } from './testing/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await newRig();
});
afterEach(() => rig.close());

const found = (results: readonly CheckResult[]) =>
  async function* (): AsyncGenerator<CheckResult> {
    for (const one of results) yield await Promise.resolve(one);
  };

async function serveChecks(results: readonly CheckResult[]): Promise<CommandsDouble> {
  const double = await rig.serve(sharingState);
  double.checks = found(results);
  return double;
}

const good: CheckResult = { id: 'gpu', state: 'passed', found: 'NVIDIA GeForce RTX 4090', problem: null };
const bad: CheckResult = {
  id: 'clock',
  state: 'problem',
  found: null,
  problem: {
    code: 'clock-wrong',
    remedy: 'set-clock',
    detail: '+600 s',
    command: 'sudo timedatectl set-ntp true',
  },
};

describe('doctor', () => {
  it('shows each result in its line and ends well where nothing is wrong', async () => {
    await serveChecks([
      good,
      { id: 'certificate', state: 'not-applicable', found: null, problem: null },
      {
        id: 'path',
        state: 'passed',
        found: 'x',
        says: { key: 'check.found.direct', params: { server: 'a', ms: 12 } },
        problem: null,
      },
    ]);
    const { code, out, err } = await rig.run('doctor');
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ['GPU', 'Good', 'NVIDIA GeForce RTX 4090'],
      ['Certificate', 'Does not apply here'],
      ['Way to the servers', 'Good', 'a: directly, 12 ms'],
      [''],
      ['All that applies here is good.'],
    ]);
    expect([code, err]).toEqual([0, '']);
    // Columns stand below each other.
    expect(lines[0]?.indexOf('Good')).toBe(lines[2]?.indexOf('Good'));
  });

  it('says what helps below a problem, with the line to copy, and ends with 1', async () => {
    await serveChecks([good, bad]);
    const { code, out } = await rig.run('doctor');
    expect(code).toBe(1);
    expect(out).toContain('Clock');
    expect(out).toContain("This computer's clock is wrong");
    expect(out.split('\n')).toEqual(
      expect.arrayContaining(['  +600 s', '    sudo timedatectl set-ntp true']),
    );
    expect(out).toContain('1 thing is wrong.');
  });

  it('gives programs all results at once, with the same exit code', async () => {
    await serveChecks([good, bad]);
    const { code, out, err } = await rig.run('doctor --json');
    expect(JSON.parse(out)).toEqual({ checks: [good, bad], problems: 1 });
    expect([code, err]).toEqual([1, '']);
  });

  it('speaks Chinese', async () => {
    await serveChecks([bad]);
    const { out } = await rig.run('doctor', { env: { LANG: 'zh_CN.UTF-8' } });
    expect(out).toContain('本机的时钟不准');
  });
});

describe('report', () => {
  it('lists what is in it, then writes it for its owner alone', async () => {
    await rig.serve(sharingState);
    const file = join(rig.home, 'out.zip');
    const { code, out } = await rig.run(`report --out ${file}`);
    expect(code).toBe(0);
    expect(out.indexOf('versions.json')).toBeLessThan(out.indexOf(`Saved: ${file}`));
    expect(await readFile(file, 'utf8')).toBe('a zip file');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('never writes over a file that is there', async () => {
    await rig.serve(sharingState);
    const file = join(rig.home, 'out.zip');
    await rig.run(`report --out ${file}`);
    const { code, err } = await rig.run(`report --out ${file}`);
    expect([code, err.includes('EEXIST')]).toEqual([2, true]);
  });

  it('tells programs where it is', async () => {
    const double = await rig.serve(sharingState);
    const file = join(rig.home, 'out.zip');
    const { out } = await rig.run(`report --json --out ${file}`);
    expect(JSON.parse(out)).toMatchObject({ path: file, files: [{ name: 'versions.json' }] });
    expect(double.calls.map(({ name }) => name)).toEqual(['previewReport', 'createReport']);
  });
});
