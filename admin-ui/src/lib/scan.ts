import type { LogRecord } from './record';

/** A stretch of a partition's log: from `low` (in it) to `next` (not in it). */
export interface Stretch {
  partition: number;
  low: number;
  next: number;
}

/** Reads the records of a partition from `from` up to before `to`, in order. */
export type Reader = (partition: number, from: number, to: number, signal: AbortSignal) => Promise<LogRecord[]>;

export interface ScanState {
  /** Offsets passed over, of all that the scan covers. */
  scanned: number;
  total: number;
  matched: number;
  exhausted: boolean;
}

interface Lane extends Stretch {
  /** Oldest first: the newest is taken from the end. */
  buffer: LogRecord[];
  first: number;
}

const READS_AT_ONCE = 4;

/**
 * Goes through partitions backwards, newest record first over all of them, in bounded steps. What is read is read in
 * stretches that grow while little matches.
 */
export class Scan {
  private readonly lanes: Lane[];
  private readonly total: number;
  private matched = 0;
  private chunk: number;

  constructor(
    stretches: readonly Stretch[],
    private readonly read: Reader,
    private readonly matches: (record: LogRecord) => boolean,
  ) {
    this.lanes = stretches.filter((each) => each.next > each.low).map((each) => ({ ...each, buffer: [], first: each.next }));
    this.total = this.lanes.reduce((sum, lane) => sum + lane.next - lane.low, 0);
    this.chunk = Math.max(20, Math.ceil(200 / Math.max(1, this.lanes.length)));
  }

  state(): ScanState {
    const left = this.lanes.reduce((sum, lane) => sum + (lane.next - lane.low), 0);
    const buffered = this.lanes.reduce((sum, lane) => sum + lane.buffer.length, 0);
    return { scanned: this.total - left, total: this.total, matched: this.matched, exhausted: left === 0 && buffered === 0 };
  }

  /**
   * Goes on until `wanted` more match, `most` more offsets are passed over, or nothing is left.
   *
   * @param progress called after every stretch, with what matched since the last call
   */
  async goOn(wanted: number, most: number, signal: AbortSignal, progress: (found: LogRecord[], state: ScanState) => void): Promise<ScanState> {
    const scannedBefore = this.state().scanned;
    let found: LogRecord[] = [];
    let hits = 0;
    for (;;) {
      await this.fill(signal);
      const newest = this.takeRun();
      for (const record of newest) {
        if (this.matches(record)) {
          found.push(record);
          this.matched++;
          hits++;
        }
      }
      const state = this.state();
      if (newest.length === 0 || hits >= wanted || state.scanned - scannedBefore >= most) {
        progress(found, state);
        return state;
      }
      progress(found, state);
      found = [];
      if (hits * 4 < wanted) this.chunk = Math.min(1_000, this.chunk * 2);
    }
  }

  /** Every lane that has something left has its newest records at hand. */
  private async fill(signal: AbortSignal): Promise<void> {
    const empty = this.lanes.filter((lane) => lane.buffer.length === 0 && lane.next > lane.low);
    const worker = async (): Promise<void> => {
      for (let lane = empty.shift(); lane; lane = empty.shift()) {
        while (lane.buffer.length === 0 && lane.next > lane.low) {
          const from = Math.max(lane.low, lane.next - this.chunk);
          lane.buffer = await this.read(lane.partition, from, lane.next, signal);
          lane.next = from;
        }
      }
    };
    await Promise.all(Array.from({ length: READS_AT_ONCE }, worker));
  }

  /** The newest records, until a lane runs dry and must be read again before more can be compared. */
  private takeRun(): LogRecord[] {
    const run: LogRecord[] = [];
    for (;;) {
      let newest: Lane | undefined;
      for (const lane of this.lanes) {
        const head = lane.buffer.at(-1);
        if (head && (newest === undefined || time(head) > time(newest.buffer.at(-1)!))) newest = lane;
      }
      if (!newest) return run;
      run.push(newest.buffer.pop()!);
      if (newest.buffer.length === 0 && newest.next > newest.low) return run;
    }
  }
}

const time = (record: LogRecord): number => (Number.isNaN(record.timestamp) ? Number.NEGATIVE_INFINITY : record.timestamp);
