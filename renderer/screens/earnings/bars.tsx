import { BarChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import type { Bar } from './sums.ts';

interface BarsProps {
  readonly bars: readonly Bar[];
  /** What the values are, as the tooltip says it. */
  readonly unit: string;
  readonly formatAt: (at: string) => string;
  readonly format: (value: number) => string;
}

/** The bars as a drawing; what it shows is also in a table beside it. */
export function Bars({ bars, unit, formatAt, format }: BarsProps) {
  const isStill = window.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? false;
  return (
    <BarChart
      h={220}
      data={bars.map(({ at, value }) => ({ at: formatAt(at), value }))}
      dataKey="at"
      series={[{ name: 'value', label: unit, color: 'var(--accent)' }]}
      valueFormatter={format}
      tickLine="none"
      gridAxis="y"
      maxBarWidth={36}
      barProps={{ radius: [4, 4, 0, 0], isAnimationActive: !isStill, animationDuration: 300 }}
      yAxisProps={{ width: 64 }}
      xAxisProps={{ minTickGap: 12, interval: 'preserveStartEnd' }}
    />
  );
}
