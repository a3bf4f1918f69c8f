import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clock, compact } from '../lib/format';
import type { Point } from '../lib/series';

export interface Line {
  label: string;
  points: readonly Point[];
  format?: (value: number) => string;
}

const COLOURS = ['--accent', '--warn', '--good', '--bad', '--json-word'];
const css = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Lines over time, drawn on a canvas. All lines share the times of the first one. */
export function Chart({ lines, label, height = 220, format = compact }: { lines: readonly Line[]; label: string; height?: number; format?: (value: number) => string }) {
  const { ref, width } = useElementSize();
  const inner = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const enough = (lines[0]?.points.length ?? 0) > 1;
  const times = enough ? lines[0]!.points.map((point) => point.t / 1000) : [];
  const data: UPlot.AlignedData = [
    times,
    ...lines.map((line) => {
      const known = new Map(line.points.map((point) => [Math.round(point.t / 1000), point.value]));
      return times.map((time, i) => line.points.length === times.length ? (line.points[i]?.value ?? null) : (known.get(Math.round(time)) ?? null));
    }),
  ];
  const names = lines.map((line) => line.label).join('\n');
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    const target = inner.current;
    if (!target || width === 0) return undefined;
    const axis = { stroke: () => css('--mantine-color-dimmed'), grid: { stroke: () => css('--line'), width: 1 }, ticks: { show: false }, font: '12px system-ui' };
    plot.current = new UPlot(
      {
        width,
        height,
        cursor: { points: { size: 7 }, drag: { x: false, y: false } },
        legend: { show: names.includes('\n') },
        scales: { y: { range: (_, min, max) => [Math.min(0, min), max <= 0 ? 1 : max * 1.1] } },
        axes: [{ ...axis, space: 80, values: (_, times_) => times_.map((time) => clock(time * 1000).slice(0, 8)) }, { ...axis, size: 64, values: (_, values) => values.map((value) => format(value)) }],
        series: [
          {},
          ...names.split('\n').map((name, i) => ({
            label: name, width: 2, stroke: () => css(COLOURS[i % COLOURS.length]!), spanGaps: true, points: { show: false },
            value: (_: UPlot, value: number | null) => (value === null ? '–' : format(value)),
            ...(i === 0 && !names.includes('\n') ? { fill: () => `${css('--accent')}22` } : {}),
          })),
        ],
      },
      latest.current,
      target,
    );
    const scheme = new MutationObserver(() => plot.current?.redraw(false, true));
    scheme.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });
    return () => {
      scheme.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [width, height, names, format]);

  useEffect(() => {
    plot.current?.setData(data);
  });

  const last = lines[0]?.points.at(-1)?.value;
  return (
    <div style={{ minHeight: height, position: 'relative' }}>
      <div ref={ref} role="img" aria-label={`${label}${last === undefined ? '' : `, now ${format(last)}`}`} style={{ minHeight: height }}><div ref={inner} style={enough ? undefined : { visibility: 'hidden' }} /></div>
      {!enough && (
        <div className="dim" style={{ position: 'absolute', inset: 0, display: 'grid', placeItems: 'center', fontSize: 13 }}>Collecting; the line begins in a few seconds</div>
      )}
    </div>
  );
}
