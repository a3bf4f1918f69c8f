import { describe, expect, it } from 'vitest';
import type { LogRecord } from './record';
import { Scan, type Reader } from './scan';
import { record } from './testing';

const signal = new AbortController().signal;

/** Partitions whose record at offset n was written at `time(partition, n)`. */
const reader = (time: (partition: number, offset: number) => number, reads: [number, number, number][] = [], gone = (_: number) => false): Reader =>
  async (partition, from, to) => {
    reads.push([partition, from, to]);
    return Array.from({ length: to - from }, (_, i) => from + i).filter((offset) => !gone(offset)).map((offset) => record(String(offset), { partition, offset, timestamp: time(partition, offset) }));
  };

async function all(scan: Scan, wanted: number, most: number): Promise<LogRecord[]> {
  const found: LogRecord[] = [];
  await scan.goOn(wanted, most, signal, (some) => found.push(...some));
  return found;
}

describe('a scan', () => {
  it('goes from the newest to the oldest over all partitions', async () => {
    const scan = new Scan([{ partition: 0, low: 0, next: 300 }, { partition: 1, low: 0, next: 500 }], reader((partition, offset) => offset * 2 + partition), () => true);
    const found = await all(scan, 10_000, 10_000);
    expect(found).toHaveLength(800);
    const times = found.map((each) => each.timestamp);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(scan.state()).toEqual({ scanned: 800, total: 800, matched: 800, exhausted: true });
  });

  it('stops at what is wanted, and goes on from there without doubles or gaps', async () => {
    const scan = new Scan([{ partition: 0, low: 100, next: 5_000 }], reader((_, offset) => offset), () => true);
    const first = await all(scan, 100, 100_000);
    expect(first.length).toBeGreaterThanOrEqual(100);
    expect(first.length).toBeLessThan(1_000);
    const rest = await all(scan, 100_000, 100_000);
    expect([...first, ...rest].map((each) => each.offset)).toEqual(Array.from({ length: 4_900 }, (_, i) => 4_999 - i));
  });

  it('is bounded where nothing matches, and reads longer stretches then', async () => {
    const reads: [number, number, number][] = [];
    const scan = new Scan([{ partition: 0, low: 0, next: 1_000_000 }], reader((_, offset) => offset, reads), () => false);
    expect(await all(scan, 100, 20_000)).toEqual([]);
    expect(scan.state().scanned).toBeGreaterThanOrEqual(20_000);
    expect(scan.state().scanned).toBeLessThan(22_000);
    expect(scan.state().exhausted).toBe(false);
    expect(reads.at(-1)![2] - reads.at(-1)![1]).toBe(1_000);
  });

  it('passes over stretches that compaction has emptied', async () => {
    const scan = new Scan([{ partition: 0, low: 0, next: 3_000 }], reader((_, offset) => offset, [], (offset) => offset > 10), () => true);
    expect((await all(scan, 100, 100_000)).map((each) => each.offset)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(scan.state().exhausted).toBe(true);
  });

  it('has nothing to do in an empty topic', async () => {
    const scan = new Scan([{ partition: 0, low: 5, next: 5 }], reader(() => 0), () => true);
    expect(await all(scan, 1, 1)).toEqual([]);
    expect(scan.state()).toEqual({ scanned: 0, total: 0, matched: 0, exhausted: true });
  });

  it('fails with what the reader fails with', async () => {
    const scan = new Scan([{ partition: 0, low: 0, next: 5 }], () => Promise.reject(new Error('no leader')), () => true);
    await expect(all(scan, 1, 1)).rejects.toThrow('no leader');
  });
});
