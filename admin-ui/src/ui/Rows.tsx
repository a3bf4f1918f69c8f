import { Skeleton } from '@mantine/core';

/** Where the rows of a table will be. */
export function SkeletonRows({ columns, rows = 5 }: { columns: number; rows?: number }) {
  return Array.from({ length: rows }, (_, row) => (
    <tr key={row} aria-hidden>
      {Array.from({ length: columns }, (__, column) => <td key={column}><Skeleton height={12} my={5} width={column === 0 ? '70%' : '45%'} /></td>)}
    </tr>
  ));
}

export function EmptyRow({ columns, children }: { columns: number; children: React.ReactNode }) {
  return <tr><td colSpan={columns} style={{ textAlign: 'center', padding: '36px 16px', color: 'var(--mantine-color-dimmed)' }}>{children}</td></tr>;
}
