import { useCallback, useEffect, useRef, useState } from 'react';
import { get } from '../../api/client';
import { offsetAt, readStretch } from '../../api/stream';
import { compile, partitionsOf, timeOf } from '../../lib/filter';
import type { LogRecord } from '../../lib/record';
import { Scan, type ScanState, type Stretch } from '../../lib/scan';
import type { MessagesSearch } from '../../router';

const WANTED = 100;
const MOST_SCANNED = 20_000;
const MOST_SHOWN = 5_000;

export interface ScanView {
  records: readonly LogRecord[];
  state: ScanState | null;
  busy: boolean;
  error: unknown;
  full: boolean;
  goOn: () => void;
  stop: () => void;
  restart: () => void;
}

async function stretches(topic: string, search: MessagesSearch): Promise<Stretch[]> {
  const all = (await get('/admin/topics/{topic}/partitions', { path: { topic } })).partitions;
  const chosen = new Set(partitionsOf(search.partitions, all.length));
  const now = Date.now();
  const since = search.since ? timeOf(search.since, now) : null;
  const until = search.until ? timeOf(search.until, now) : null;
  return Promise.all(
    all
      .filter((each) => chosen.has(each.partition) && each.high_watermark >= 0)
      .map(async (each) => ({
        partition: each.partition,
        low: since === null ? Math.max(0, each.log_start_offset) : await offsetAt(topic, each.partition, since, each.high_watermark),
        next: until === null ? each.high_watermark : await offsetAt(topic, each.partition, until, each.high_watermark),
      })),
  );
}

/** Reads a topic backwards while its filters stand; anew when they change. */
export function useScan(topic: string, search: MessagesSearch, enabled: boolean): ScanView {
  const [records, setRecords] = useState<readonly LogRecord[]>([]);
  const [state, setState] = useState<ScanState | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  const scan = useRef<Scan | null>(null);
  const abort = useRef<AbortController | null>(null);

  const run = useCallback(async (controller: AbortController, prepare?: () => Promise<Scan>) => {
    setBusy(true);
    setError(null);
    try {
      if (prepare) {
        const made = await prepare();
        if (controller.signal.aborted) return;
        scan.current = made;
      }
      await scan.current?.goOn(WANTED, MOST_SCANNED, controller.signal, (found, now) => {
        if (controller.signal.aborted) return;
        if (found.length > 0) setRecords((before) => [...before, ...found].slice(0, MOST_SHOWN));
        setState(now);
      });
    } catch (failure) {
      if (!controller.signal.aborted) setError(failure);
    } finally {
      if (abort.current === controller) setBusy(false);
    }
  }, []);

  const { key, value, header, since, until, partitions } = search;
  useEffect(() => {
    if (!enabled) return undefined;
    const controller = new AbortController();
    abort.current?.abort();
    abort.current = controller;
    scan.current = null;
    setRecords([]);
    setState(null);
    void run(controller, async () => {
      const matches = compile({ key, value, header });
      const all = await stretches(topic, { since, until, partitions });
      return new Scan(all, (partition, from, to, signal) => readStretch(topic, partition, from, to, signal), matches);
    });
    return () => controller.abort();
  }, [topic, key, value, header, since, until, partitions, enabled, round, run]);

  return {
    records, state, busy, error,
    full: records.length >= MOST_SHOWN,
    goOn: () => {
      const controller = new AbortController();
      abort.current = controller;
      void run(controller);
    },
    stop: () => {
      abort.current?.abort();
      setBusy(false);
    },
    restart: () => setRound((before) => before + 1),
  };
}
