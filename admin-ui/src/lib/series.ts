/** A figure at a time, in ms. */
export interface Point {
  t: number;
  value: number;
}

const MOST_POINTS = 720;
const MOST_SERIES = 5_000;
const LONGEST_MS = 3_600_000;
const KEPT_SERIES = 100;
const KEPT_POINTS = 240;
const KEY = 'tidemark-history';

/** What pages have seen, the last hour of it: the older, the coarser. Bounded in points, and in series. */
export class History {
  private readonly series = new Map<string, Point[]>();

  /** Adds a point; one that comes within half a second of the last one replaces it. */
  add(key: string, t: number, value: number): void {
    let points = this.series.get(key);
    if (points) {
      // Newest use last, so that the oldest is dropped first.
      this.series.delete(key);
    } else {
      points = [];
    }
    this.series.set(key, points);
    const last = points.at(-1);
    if (last && t - last.t < 500) points.pop();
    points.push({ t, value });
    if (points.length > MOST_POINTS) this.series.set(key, thinned(points, t));
    if (this.series.size > MOST_SERIES) {
      const oldest = this.series.keys().next().value;
      if (oldest !== undefined) this.series.delete(oldest);
    }
  }

  /** Keeps the series that were used last over a load of the page, in as much room as there is. */
  keep(storage: Pick<Storage, 'setItem'>): void {
    const kept = [...this.series].slice(-KEPT_SERIES).map(([key, points]) => {
      let some = points;
      while (some.length > KEPT_POINTS) some = thinned(some, some.at(-1)!.t);
      return [key, some.map((point) => [point.t, point.value])];
    });
    try {
      storage.setItem(KEY, JSON.stringify(kept));
    } catch {
      // No room, or no storage: it begins anew.
    }
  }

  /** Takes up what was kept, where it is not too old. */
  takeUp(storage: Pick<Storage, 'getItem'>, now: number): void {
    try {
      for (const [key, points] of JSON.parse(storage.getItem(KEY) ?? '[]') as [string, [number, number][]][]) {
        const young = points.filter(([t]) => t <= now && now - t <= LONGEST_MS).map(([t, value]) => ({ t, value }));
        if (young.length > 0) this.series.set(key, young);
      }
    } catch {
      // Written by something else; as if it were not there.
    }
  }

  points(key: string): readonly Point[] {
    return this.series.get(key) ?? [];
  }

  /** Growth per second between neighbours; what shrinks (a topic made anew) counts as none. */
  rates(key: string): Point[] {
    const points = this.points(key);
    const rates: Point[] = [];
    for (let i = 1; i < points.length; i++) {
      const before = points[i - 1]!;
      const now = points[i]!;
      if (now.t > before.t) rates.push({ t: now.t, value: Math.max(0, ((now.value - before.value) * 1000) / (now.t - before.t)) });
    }
    return rates;
  }
}

/** Every second point of the older half; nothing that is older than an hour. */
function thinned(points: readonly Point[], now: number): Point[] {
  const half = points.length >> 1;
  return points.filter((point, i) => (i >= half || i % 2 === 0) && now - point.t <= LONGEST_MS);
}

export const history = new History();
