import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHostOptions } from './options.ts';

const read = (...args: string[]) => {
  const read = readHostOptions(args, ['first-evening', 'ready']);
  return read.ok ? read.options : read.wrong;
};

describe("the host's options", () => {
  it('are the usual places, no page and no demo where nothing is said', () => {
    expect(read()).toEqual({ home: null, demo: false, scenario: null, pagePort: null, version: false });
  });
  it('make a relative home absolute', () => {
    expect(read('--home', 'rig')).toMatchObject({ home: resolve('rig') });
  });
  it('take any free port for a page, or the one that was asked for', () => {
    expect(read('--page')).toMatchObject({ pagePort: 0 });
    expect(read('--page', '--port', '8377')).toMatchObject({ pagePort: 8377 });
    expect(read('--port=8377')).toMatchObject({ pagePort: 8377 });
  });
  it('name a scenario of the demo, which enters the demo', () => {
    expect(read('--scenario', 'ready')).toMatchObject({ demo: true, scenario: 'ready' });
    expect(read('--scenario', 'sunday')).toMatch(/needs one of: first-evening, /);
  });
  it.each([
    ['--port', '65536'],
    ['--port', '-1'],
    ['--port', '1e3'],
    ['--port', ''],
    ['--home', ''],
    ['--home'],
    ['--what'],
    ['word'],
  ])('say what is wrong with %s %s', (...args) => {
    expect(read(...args.filter((a) => a !== undefined))).toEqual(expect.any(String));
  });
});
