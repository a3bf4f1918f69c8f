/** A bounded history of a figure, collected while a page is open. */
export interface Point {
  t: number;
  value: number;
}

const MOST_POINTS = 720;
const MOST_SERIES = 5_000;

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
    if (points.length > MOST_POINTS) points.splice(0, points.length - MOST_POINTS);
    if (this.series.size > MOST_SERIES) {
      const oldest = this.series.keys().next().value;
      if (oldest !== undefined) this.series.delete(oldest);
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

export const history = new History();
