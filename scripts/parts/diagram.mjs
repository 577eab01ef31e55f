// The diagram of who imports whom in docs/architecture.md: drawn from the code, folder by folder, between two markers.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './checkout.mjs';

const file = path.join(root, 'docs/architecture.md');
const begin = '<!-- imports: drawn from the code by npm run lint -- --fix -->';
const end = '<!-- /imports -->';

/** Folders shown one by one; everything else is shown by its first folder. */
const inner = ['host', 'pool'];

/** The box a file belongs to: `contract`, `host/core`, `pool/contract`, `host` for its entry. */
export function boxOf(source) {
  const [first, second] = source.split('/');
  if (!inner.includes(first)) return first;
  return second && !second.includes('.') ? `${first}/${second}` : first;
}

const isTest = (source) => /\.test\.tsx?$|(^|\/)testing\//.test(source);
const id = (box) => box.replaceAll('/', '_');

/** A mermaid diagram of the imports between boxes; tests and packages are left out. */
export function drawDiagram(modules) {
  const boxes = new Set();
  const arrows = new Set();
  const known = new Set(modules.map(({ source }) => source));
  for (const { source, dependencies } of modules.filter((one) => !isTest(one.source))) {
    boxes.add(boxOf(source));
    for (const { resolved } of dependencies) {
      if (!known.has(resolved) || boxOf(resolved) === boxOf(source)) continue;
      arrows.add(`  ${id(boxOf(source))} --> ${id(boxOf(resolved))}`);
    }
  }
  const named = [...boxes].sort().map((box) => `  ${id(box)}["${box}"]`);
  return ['```mermaid', 'flowchart TD', ...named, ...[...arrows].sort(), '```'].join('\n');
}

function withDiagram(text, modules) {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/architecture.md lacks the lines\n${begin}\n${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${drawDiagram(modules)}\n\n${text.slice(to)}`;
}

/** Whether docs/architecture.md shows the imports as they are. */
export function diagramIsCurrent(modules) {
  const text = fs.readFileSync(file, 'utf8');
  return withDiagram(text, modules) === text;
}

/** Draws the imports into docs/architecture.md. */
export function writeDiagram(modules) {
  fs.writeFileSync(file, withDiagram(fs.readFileSync(file, 'utf8'), modules));
}
