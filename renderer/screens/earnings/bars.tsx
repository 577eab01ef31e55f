import { BarChart } from '@mantine/charts';
import '@mantine/charts/styles.layer.css';
import type { Bar } from './sums.ts';

interface BarsProps {
  readonly bars: readonly Bar[];
  /** What the values are, as the tooltip says it. */
  readonly unit: string;
  readonly formatAt: (at: string) => string;
  readonly format: (value: number) => string;
  /** As the axis says values; shorter. */
  readonly formatAxis: (value: number) => string;
}

/** The bars as a drawing; what it shows is also in a table beside it. */
export function Bars({ bars, unit, formatAt, format, formatAxis }: BarsProps) {
  return (
    <BarChart
      h={220}
      data={bars.map(({ at, value }) => ({ at: formatAt(at), value }))}
      dataKey="at"
      series={[{ name: 'value', label: unit, color: 'var(--accent)' }]}
      valueFormatter={format}
      barChartProps={{ accessibilityLayer: false }}
      tickLine="none"
      gridAxis="x"
      maxBarWidth={36}
      barProps={{ radius: [4, 4, 0, 0], isAnimationActive: false }}
      yAxisProps={{ width: 64, tickFormatter: formatAxis }}
      xAxisProps={{ minTickGap: 12, interval: 'preserveStartEnd' }}
    />
  );
}
