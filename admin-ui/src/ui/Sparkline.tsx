import { memo } from 'react';
import type { Point } from '../lib/series';

/** A small line of a figure's last minutes; decoration beside the figure itself. */
export const Sparkline = memo(function Sparkline({ points, width = 84, height = 24 }: { points: readonly Point[]; width?: number; height?: number }) {
  const shown = points.slice(-60);
  if (shown.length < 2) {
    return <svg width={width} height={height} aria-hidden><line x1={0} x2={width} y1={height / 2} y2={height / 2} stroke="var(--line-strong)" strokeDasharray="2 3" /></svg>;
  }
  const from = shown[0]!.t;
  const span = Math.max(1, shown.at(-1)!.t - from);
  const top = Math.max(1e-9, ...shown.map((point) => point.value));
  const path = shown
    .map((point, i) => `${i === 0 ? 'M' : 'L'}${(((point.t - from) / span) * width).toFixed(1)} ${(height - 2 - (point.value / top) * (height - 4)).toFixed(1)}`)
    .join('');
  return (
    <svg width={width} height={height} aria-hidden>
      <path d={`${path}L${width} ${height}L0 ${height}Z`} fill="var(--accent)" opacity={0.12} />
      <path d={path} fill="none" stroke="var(--accent)" strokeWidth={1.5} strokeLinejoin="round" />
    </svg>
  );
});
