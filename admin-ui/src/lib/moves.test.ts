import { describe, expect, it } from 'vitest';
import type { MoveRow } from '../api/types';
import { MoveProgress, bytesOf } from './moves';

const move = (partition: number, size: number | null, ...copies: (number | null)[]): MoveRow => ({
  topic_name: 'orders', partition_id: partition, size_bytes: size, removing_replicas: [1],
  copies: copies.map((bytes, i) => ({ broker_id: i + 2, size_bytes: bytes, in_sync: false })),
});

describe('bytes of a move', () => {
  it('adds up its copies', () => {
    expect(bytesOf(move(0, 1_000, 200, 400))).toEqual({ copied: 600, total: 2_000 });
    expect(bytesOf(move(0, 1_000, 1_200))).toEqual({ copied: 1_000, total: 1_000 });
    expect(bytesOf({ ...move(0, 1_000), copies: [{ broker_id: 2, size_bytes: 990, in_sync: true }] })).toEqual({ copied: 1_000, total: 1_000 });
  });

  it('claims nothing where a node did not answer', () => {
    expect(bytesOf(move(0, null, 200))).toBeNull();
    expect(bytesOf(move(0, 1_000, 200, null))).toBeNull();
  });
});

describe('the progress of moves', () => {
  it('counts those that are gone as done, and starts over after the last one', () => {
    const progress = new MoveProgress();
    expect(progress.take([move(0, 1_000, 0), move(1, 1_000, 500)], 0)).toEqual({ copied: 500, total: 2_000, done: 0, perSecond: null });
    expect(progress.take([move(0, 1_000, 500)], 2_000)).toEqual({ copied: 1_500, total: 2_000, done: 1, perSecond: 500 });
    expect(progress.take([], 4_000)).toEqual({ copied: 0, total: 0, done: 0, perSecond: null });
    expect(progress.take([move(2, 100, 0)], 6_000)).toEqual({ copied: 0, total: 100, done: 0, perSecond: null });
  });

  it('keeps what it knew of a move while a node is silent', () => {
    const progress = new MoveProgress();
    progress.take([move(0, 1_000, 400)], 0);
    expect(progress.take([move(0, null, 400)], 1_000)).toMatchObject({ copied: 400, total: 1_000 });
  });

  it('does not measure twice at one time', () => {
    const progress = new MoveProgress();
    progress.take([move(0, 1_000, 0)], 0);
    progress.take([move(0, 1_000, 100)], 1_000);
    expect(progress.take([move(0, 1_000, 100)], 1_000).perSecond).toBe(100);
  });
});
