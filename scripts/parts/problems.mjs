// The table of problems in docs/problems.md: drawn from contract/problems.ts and the English texts.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './checkout.mjs';

const file = path.join(root, 'docs/problems.md');

/** The table of the contract, group by group, as it is written there: `// group`, then `'code': 'remedy',` in each line. */
export function readTable(source) {
  const body = /export const problemRemedies = \{\n([\s\S]*?)\n\} as const/.exec(source)?.[1];
  if (body === undefined) throw new Error('contract/problems.ts has no problemRemedies');
  const groups = [];
  for (const line of body.split('\n')) {
    const title = /^ {2}\/\/ (.+)$/.exec(line)?.[1];
    const [, code, remedy] = /^ {2}'?([\w-]+)'?: '([\w-]+)',$/.exec(line) ?? [];
    if (title !== undefined) groups.push({ title, rows: [] });
    else if (code !== undefined) groups.at(-1)?.rows.push({ code, remedy });
    else if (line.trim() !== '')
      throw new Error(`contract/problems.ts: a line that is none of the table: ${line}`);
  }
  return groups;
}

const intro = `# Problems

<!-- Drawn from contract/problems.ts and assets/text/en.json by npm run lint -- --fix. -->

What can go wrong, by the code that the command line, the log and a report show. The window shows the sentence with one button; \`rigshare doctor\` and the Diagnosis screen look for most of them on purpose. Where a line to type helps, it is shown beside the button.
`;

/** The page, from the groups and the English texts. */
export function drawProblems(groups, { problem, remedy, help }) {
  const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const row = ({ code, remedy: name }) => {
    const how = help[name] === undefined ? '' : `. ${help[name]}`;
    return `| \`${code}\` | ${cell(problem[code])} | ${cell(remedy[name] + how)} |`;
  };
  const section = ({ title, rows }) =>
    [
      `## ${title[0].toUpperCase()}${title.slice(1)}`,
      '',
      '| code | what is wrong | what helps |',
      '| --- | --- | --- |',
      ...rows.map(row),
    ].join('\n');
  return `${[intro, ...groups.filter(({ rows }) => rows.length > 0).map(section)].join('\n')}\n`.replaceAll(
    /([^\n])\n## /g,
    '$1\n\n## ',
  );
}

function draw() {
  const groups = readTable(fs.readFileSync(path.join(root, 'contract/problems.ts'), 'utf8'));
  const texts = JSON.parse(fs.readFileSync(path.join(root, 'assets/text/en.json'), 'utf8'));
  return drawProblems(groups, texts);
}

/** Whether docs/problems.md shows the table as it is. */
export function problemsAreCurrent() {
  return fs.existsSync(file) && fs.readFileSync(file, 'utf8') === draw();
}

/** Draws the table into docs/problems.md. */
export function writeProblems() {
  fs.writeFileSync(file, draw());
}
