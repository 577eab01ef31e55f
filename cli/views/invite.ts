import { formatAmount, formatMoment } from '../../contract/format.ts';
import type { InvitePreview } from '../../contract/invite-preview.ts';
import type { Speech } from '../speech.ts';
import { tableLines } from '../table.ts';
import { namedTable, section, type Pen } from './parts.ts';

/** What an invite would do: who runs it, every host and port, and what it may do here. */
export function previewLines(preview: InvitePreview, pen: Pen): readonly string[] {
  const { text } = pen.speech;
  const { connects, shieldsUp, peers, ownersMayReadLogs, signIn } = preview;
  const may = [
    shieldsUp ? 'shieldsUp' : 'shieldsDown',
    peers ? 'peers' : 'noPeers',
    ownersMayReadLogs ? 'logs' : 'noLogs',
    `signIn.${signIn}`,
  ];
  return [
    pen.styled('bold', text('cli.preview')),
    ...tableLines(whoRows(preview, pen.speech)).map((line) => `  ${line}`),
    ...section(pen, text('join.prices'), priceLines(preview, pen)),
    ...section(
      pen,
      text('join.connects'),
      tableLines(
        connects.map(({ what, host, port, protocol }) => [
          text(`join.what.${what}`),
          host,
          `${protocol} ${port}`,
        ]),
      ),
    ),
    ...section(
      pen,
      text('join.may'),
      may.map((name) => `- ${text(`join.${name}`)}`),
    ),
  ];
}

function whoRows(
  { pool, contributor, uses, expiresAt }: InvitePreview,
  { text, language }: Speech,
): readonly (readonly string[])[] {
  return [
    [text('cli.pool'), pool.name],
    [text('join.operator'), pool.operator],
    [text('join.contact'), pool.contact],
    ...(contributor === null ? [] : [[text('join.contributor'), contributor]]),
    [text('join.uses'), uses === 'one' ? text('join.usesOne') : text('join.usesMany', { count: uses })],
    [
      text('join.expires'),
      expiresAt === null ? text('join.expiresNever') : formatMoment(expiresAt, language),
    ],
  ];
}

function priceLines({ prices }: InvitePreview, pen: Pen): readonly string[] {
  const { text, language } = pen.speech;
  if (prices === null) return [text('join.pricesNone')];
  const rows = prices.perGpuHour.map(({ gpuType, micros }) => [
    gpuType === 'default' ? text('join.pricesDefault') : gpuType,
    formatAmount(micros, prices.currency, language),
  ]);
  return namedTable(pen, [text('work.gpu'), text('join.pricesPer')], rows, ['left', 'right']);
}
