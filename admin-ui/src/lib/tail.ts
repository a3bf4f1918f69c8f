import { recordOf, type LogRecord } from './record';

/** What a source of events gives; a browser's EventSource does. */
export interface Source {
  close(): void;
}

export interface SourceEvents {
  message(data: string, cursor: string): void;
  reset(message: string): void;
  /** Partitions of which nothing comes, as they have no leader; none once all have one. */
  leaderless(partitions: number[]): void;
  failed(message: string): void;
  opened(): void;
}

export type Open = (cursor: string | null, events: SourceEvents) => Source;

export type TailPhase = 'connecting' | 'live' | 'paused' | 'failed';

export interface TailState {
  phase: TailPhase;
  received: number;
  matched: number;
  /** Came faster than this browser could show, and were left out. */
  dropped: number;
  perSecond: number;
  note: string | null;
  /** Nothing comes of these: they have no leader. */
  leaderless: number[];
}

const QUEUE = 20_000;
const KEPT = 5_000;
const SLACK = 1_000;
const FRAME_BUDGET_MS = 7;
const RATE_WINDOW_MS = 1_000;

/**
 * Follows a topic. Events are only queued when they come; once a frame {@link drain} takes them, so that the page is
 * drawn once for however many came. Queue and records are bounded; what does not fit is counted.
 */
export class Tail {
  /** Oldest first, at most KEPT and some slack. */
  readonly records: LogRecord[] = [];
  private queue: string[] = [];
  private source: Source | null = null;
  private cursor: string | null = null;
  private seen: TailState = { phase: 'connecting', received: 0, matched: 0, dropped: 0, perSecond: 0, note: null, leaderless: [] };
  private rateFrom = 0;
  private rateCount = 0;

  constructor(
    private readonly open: Open,
    private readonly matches: (record: LogRecord) => boolean,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.connect();
  }

  get state(): TailState {
    return this.seen;
  }

  private connect(): void {
    this.seen = { ...this.seen, phase: 'connecting' };
    this.source = this.open(this.cursor, {
      opened: () => this.change({ phase: 'live', leaderless: [] }),
      message: (data, cursor) => {
        if (cursor !== '') this.cursor = cursor;
        this.queue.push(data);
        if (this.queue.length > QUEUE) {
          const over = this.queue.length - QUEUE / 2;
          this.queue.splice(0, over);
          this.change({ dropped: this.seen.dropped + over });
        }
      },
      reset: (message) => this.change({ note: message }),
      leaderless: (partitions) => this.change({ leaderless: partitions }),
      failed: (message) => {
        this.source?.close();
        this.source = null;
        this.change({ phase: 'failed', note: message });
      },
    });
  }

  private change(change: Partial<TailState>): void {
    this.seen = { ...this.seen, ...change };
  }

  /** The log keeps what comes meanwhile: nothing is lost. */
  pause(): void {
    this.source?.close();
    this.source = null;
    this.change({ phase: 'paused', perSecond: 0 });
  }

  /** Goes on after the last event that came. */
  resume(): void {
    if (this.source === null) this.connect();
  }

  close(): void {
    this.source?.close();
    this.source = null;
    this.queue = [];
  }

  clear(): void {
    this.records.length = 0;
    this.queue = [];
    this.change({ received: 0, matched: 0, dropped: 0 });
  }

  /** Takes what came since the last frame, as long as the frame's budget lasts. True where something changed. */
  drain(): boolean {
    const before = this.seen;
    const start = this.now();
    let taken = 0;
    let matched = 0;
    while (taken < this.queue.length) {
      const record = recordOf(this.queue[taken]!);
      taken++;
      if (record && this.matches(record)) {
        this.records.push(record);
        matched++;
      }
      if (taken % 64 === 0 && this.now() - start > FRAME_BUDGET_MS) break;
    }
    if (taken > 0) this.queue.splice(0, taken);
    if (this.records.length > KEPT + SLACK) this.records.splice(0, this.records.length - KEPT);
    this.rateCount += taken;
    const passed = start - this.rateFrom;
    if (passed >= RATE_WINDOW_MS) {
      const perSecond = this.seen.phase === 'live' ? Math.round((this.rateCount * 1000) / passed) : 0;
      if (perSecond !== this.seen.perSecond) this.change({ perSecond });
      this.rateFrom = start;
      this.rateCount = 0;
    }
    if (taken > 0) this.change({ received: this.seen.received + taken, matched: this.seen.matched + matched });
    return this.seen !== before || taken > 0;
  }
}
