import { Button } from '@mantine/core';
import { useElementSize, useMediaQuery } from '@mantine/hooks';
import { IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { clock, count, time } from '../../lib/format';
import { idOf, type LogRecord } from '../../lib/record';

const ROW = 34;
const WIDE = '48px 92px 178px minmax(90px, 190px) minmax(0, 1fr) 26px';
const NARROW = '86px minmax(0, 1fr)';

interface Props {
  /** Newest first where `reversed` is not set; oldest first where it is, and shown the other way round. */
  records: readonly LogRecord[];
  reversed?: boolean;
  open: string | undefined;
  onOpen: (record: LogRecord) => void;
  empty: ReactNode;
  footer?: ReactNode;
}

/** Records, a line each. While the reader is not at the top, what is new waits above. */
export function RecordList({ records, reversed = false, open, onOpen, empty, footer }: Props) {
  const narrow = useMediaQuery('(max-width: 760px)') ?? false;
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: sizer, height } = useElementSize();
  const [held, setHeld] = useState<readonly LogRecord[] | null>(null);
  const [current, setCurrent] = useState(0);
  const shown = held ?? records;
  const columns = narrow ? NARROW : WIDE;
  const at = (index: number): LogRecord | undefined => shown[reversed ? shown.length - 1 - index : index];
  const rows = useVirtualizer({ count: shown.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 6 });
  const newest = records.at(-1);
  const heldNewest = held?.at(-1);
  const waiting = held && newest && heldNewest && idOf(newest) !== idOf(heldNewest);

  const onScroll = (): void => {
    if (!reversed) return;
    const top = (scroller.current?.scrollTop ?? 0) < ROW;
    if (top && held) setHeld(null);
    else if (!top && !held) setHeld([...records]);
  };
  const toTop = (): void => {
    setHeld(null);
    scroller.current?.scrollTo({ top: 0 });
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, j: 1, k: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = Math.min(shown.length - 1, Math.max(0, current + step));
      setCurrent(next);
      rows.scrollToIndex(next);
    } else if (event.key === 'Enter') {
      const record = at(current);
      if (record) onOpen(record);
    }
  };

  return (
    <div className="card" style={{ flex: 1, minHeight: 220, display: 'flex', flexDirection: 'column', overflow: 'hidden', position: 'relative' }}>
      <div className="vhead" style={{ gridTemplateColumns: columns, height: 34 }} aria-hidden>
        {!narrow && <span className="right">Part.</span>}
        {!narrow && <span className="right">Offset</span>}
        <span>Time</span>
        {!narrow && <span>Key</span>}
        <span>{narrow ? 'Key and value' : 'Value'}</span>
        {!narrow && <span />}
      </div>
      {waiting && (
        <Button size="compact-sm" radius="xl" leftSection={<IconArrowUp size={14} />} onClick={toTop} style={{ position: 'absolute', top: 44, left: '50%', transform: 'translateX(-50%)', zIndex: 3 }}>
          New records
        </Button>
      )}
      <div ref={sizer} style={{ flex: 1, minHeight: 0 }}>
        <div
          ref={scroller} className="vlist" onScroll={onScroll} style={{ height: height || '100%' }}
        >
          <div
            className="records" style={{ height: rows.getTotalSize(), position: 'relative' }}
            {...(shown.length > 0 ? { role: 'listbox', 'aria-label': 'Records', tabIndex: 0, onKeyDown: onKey, 'aria-activedescendant': `record-${current}` } : {})}
          >
            {rows.getVirtualItems().map((item) => {
              const record = at(item.index);
              return (
                record && (
                  <RecordRow
                    key={item.key} record={record} index={item.index} top={item.start} columns={columns} narrow={narrow}
                    selected={open === idOf(record)} current={item.index === current} onOpen={onOpen}
                  />
                )
              );
            })}
          </div>
          {shown.length === 0 && empty}
          {footer}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  record: LogRecord;
  index: number;
  top: number;
  columns: string;
  narrow: boolean;
  selected: boolean;
  current: boolean;
  onOpen: (record: LogRecord) => void;
}

const RecordRow = memo(function RecordRow({ record, index, top, columns, narrow, selected, current, onOpen }: RowProps) {
  return (
    <div
      id={`record-${index}`} role="option" aria-selected={selected} className="vrow record" data-selected={selected} data-current={current}
      onClick={() => onOpen(record)} style={{ height: ROW, transform: `translateY(${top}px)`, gridTemplateColumns: columns, cursor: 'pointer', fontSize: 13 }}
    >
      {!narrow && <span className="right dim">{record.partition}</span>}
      {!narrow && <span className="right mono">{count(record.offset)}</span>}
      <span className="dim nowrap" style={narrow ? { fontSize: 12 } : undefined}>{narrow ? clock(record.timestamp).slice(0, 12) : time(record.timestamp)}</span>
      {!narrow && <span className="mono ellipsis">{record.key ? record.key.preview : <i className="dim">no key</i>}</span>}
      <span className="mono ellipsis">
        {narrow && record.key && <b>{record.key.preview} </b>}
        {record.problem ? <i className="dim">{record.problem}</i> : record.value ? record.value.preview : <i className="dim">null (tombstone)</i>}
      </span>
      {!narrow && <span className="dim" title={record.headers.length > 0 ? `${record.headers.length} headers` : undefined}>{record.headers.length > 0 ? record.headers.length : ''}</span>}
    </div>
  );
});
