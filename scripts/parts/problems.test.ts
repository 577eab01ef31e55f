import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { problemRemedies } from '../../contract/problems.ts';
import { root } from './checkout.mjs';
import { drawProblems, problemsAreCurrent, readTable } from './problems.mjs';

const source = fs.readFileSync(path.join(root, 'contract/problems.ts'), 'utf8');

test('the page of problems is as the table is', () => {
  expect(problemsAreCurrent(), 'npm run lint -- --fix draws docs/problems.md anew').toBe(true);
});

test('every problem of the contract is in the table, with its remedy', () => {
  const rows = readTable(source).flatMap((group: { rows: { code: string; remedy: string }[] }) => group.rows);
  expect(Object.fromEntries(rows.map(({ code, remedy }) => [code, remedy]))).toEqual(problemRemedies);
});

test('draws one line a problem with its sentence, its button and what that explains', () => {
  const drawn = drawProblems([{ title: 'files', rows: [{ code: 'disk-full', remedy: 'free-disk' }] }], {
    problem: { 'disk-full': 'The disk | is full' },
    remedy: { 'free-disk': 'Free some space' },
    help: { 'free-disk': 'Delete something.' },
  });
  expect(drawn).toContain('## Files\n\n| code |');
  expect(drawn).toContain('| `disk-full` | The disk \\| is full | Free some space. Delete something. |');
});

test('does not pass over a line that it does not understand', () => {
  expect(() => readTable("export const problemRemedies = {\n  // a\n  ['x']: 'retry',\n} as const")).toThrow(
    'none of the table',
  );
});
