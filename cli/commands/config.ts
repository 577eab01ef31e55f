import type { ConfigChange, Configuration } from '../../contract/configuration.ts';
import { present, type Cli } from '../cli.ts';
import { withHost } from '../hosts.ts';
import { plain } from '../table.ts';
import { listed, namedTable, section, type Pen } from '../views/parts.ts';
import { penOf } from './status.ts';

/** `config`: how the pool's program is set up, what was changed last, and what is about to change. */
export function config(cli: Cli): Promise<void> {
  return withHost(cli, async ({ host, state }) => {
    const configuration = await host.agent.configuration({ gpu: null });
    present(cli, { ...configuration, last: state.configChange }, () =>
      configLines(configuration, state.configChange, penOf(cli)),
    );
  });
}

function configLines(
  { lines, pending }: Configuration,
  last: ConfigChange | null,
  pen: Pen,
): readonly string[] {
  const { text } = pen.speech;
  return [
    pen.styled('bold', text('config.title')),
    ...(lines.length === 0
      ? [`  ${text('config.none')}`]
      : lines.map(({ key, value }) => `  ${key} = ${plain(value)}`)),
    ...(pending === null ? [] : changeLines(pending, pen)),
    ...(last === null ? [] : changeLines(last, pen)),
  ];
}

/** What changes or changed, why, and what it costs. */
function changeLines({ why, lines, at }: ConfigChange, pen: Pen): readonly string[] {
  const { text } = pen.speech;
  const reasons = listed(
    why.map((reason) => text(`config.why.${reason}`)),
    pen.speech,
  );
  const title =
    at === null
      ? text('config.pending', { why: reasons })
      : text('config.changed', { when: new Date(at).toLocaleString(pen.speech.language), why: reasons });
  const rows = lines.map(({ key, from, to }) => [
    key,
    from ?? text('config.nothing'),
    to ?? text('config.nothing'),
  ]);
  const names = [text('config.key'), text('config.from'), text('config.to')];
  return [...section(pen, title, namedTable(pen, names, rows)), `  ${text('config.text')}`];
}
