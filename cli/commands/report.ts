import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatBytes } from '../../contract/format.ts';
import { fail } from '../../contract/problems.ts';
import type { ReportPreview } from '../../contract/report.ts';
import { present, UsageError, type Cli } from '../cli.ts';
import { endIdle, withStartedHost } from '../hosts.ts';
import type { Speech } from '../speech.ts';
import { tableLines } from '../table.ts';

/** `report`: tells what is in it, then writes it for its owner alone. */
export function report(cli: Cli, { out }: { readonly out: string | null }): Promise<void> {
  return withStartedHost(cli, async ({ host }, isNew) => {
    const speech = cli.speech();
    if (!cli.json) cli.terminal.progress(speech.text('report.gathering'), 'gathering');
    const preview = await host.report.preview();
    if (!cli.json) for (const line of previewLines(preview, speech)) cli.terminal.out(line);
    const { name, base64 } = await host.report.create({ id: preview.id, way: 'hand-over' });
    if (isNew) await endIdle(host);
    const path = resolve(out ?? name);
    await write(path, Buffer.from(base64 ?? '', 'base64'), speech);
    present(cli, { path, files: preview.files, bytes: preview.bytes }, () => [
      speech.text('report.saved', { path }),
    ]);
  });
}

function previewLines({ files }: ReportPreview, { text, language }: Speech): readonly string[] {
  const rows = files.map(({ name, bytes }) => [name, formatBytes(bytes, language)]);
  return [text('report.text'), '', ...tableLines(rows, ['left', 'right']), ''];
}

/** Never over a file that is there: a report may be the only trace of a fault. */
async function write(path: string, bytes: Uint8Array, { text }: Speech): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOSPC' || code === 'EDQUOT') fail('disk-full', path);
    throw new UsageError(text('cli.fileUnwritable', { file: path, code: code || String(error) }));
  }
}
