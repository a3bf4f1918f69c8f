import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';

/** A figure in a row of figures; its place is there before the figure is. */
export function Stat({ label, value, note, tone }: { label: string; value: ReactNode; note?: ReactNode; tone?: 'good' | 'warn' | 'bad' | undefined }) {
  return (
    <div className="card stat">
      <div className="label">{label}</div>
      <div className={`value${tone ? ` ${tone}-text` : ''}`}>{value === undefined ? <Skeleton height={24} width={64} my={4} /> : value}</div>
      <div className="note">{note}</div>
    </div>
  );
}
