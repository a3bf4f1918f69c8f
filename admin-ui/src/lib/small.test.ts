import { describe, expect, it } from 'vitest';
import { plan } from './capacity';
import { bytes, duration, rate } from './format';
import { bytesToCopy } from './moves';
import { orderOf } from './reset';
import { furthestByTopic } from '../api/queries';
import { History } from './series';
import { topicNameProblem } from './topicName';

describe('capacity', () => {
  const load = { recordsPerSecond: 10_000, recordBytes: 1_000, retentionHours: 24, replicationFactor: 3, consumers: 2, compression: 1, peak: 2 };
  const node = { diskBytes: 2e12, networkBitsPerSecond: 1e10, diskBytesPerSecond: 4e8, recordsPerPartition: 5_000 };

  it('keeps the average and carries the peak', () => {
    const found = plan(load, node);
    expect(found.diskBytes).toBe(10e6 * 86_400 * 3);
    expect(found.networkInBytesPerSecond).toBe(60e6);
    expect(found.networkOutBytesPerSecond).toBe(80e6);
    expect(found).toMatchObject({ nodes: 3, because: 'replicas', partitions: 6 });
  });

  it('says what asks for the nodes', () => {
    expect(plan({ ...load, retentionHours: 720 }, node)).toMatchObject({ because: 'disk', nodes: 56 });
    expect(plan({ ...load, consumers: 200 }, node).because).toBe('network');
    expect(plan(load, { ...node, diskBytesPerSecond: 1e7 }).because).toBe('disk writes');
  });
});

describe('resets', () => {
  const choice = { strategy: 'earliest' as const, topics: ['a'], text: '', offsets: {} };
  it('become what the API takes', () => {
    expect(orderOf(choice, 0)).toEqual({ strategy: 'earliest', topics: ['a'] });
    expect(orderOf({ ...choice, strategy: 'shift', text: '-10' }, 0)).toEqual({ strategy: 'shift', value: -10, topics: ['a'] });
    expect(orderOf({ ...choice, strategy: 'time', text: '1h' }, 4_000_000)).toEqual({ strategy: 'time', value: 400_000, topics: ['a'] });
    expect(orderOf({ ...choice, strategy: 'offset', offsets: { 'a/0': '42', 'a/1': '', 'b/0': '1' } }, 0)).toEqual({
      strategy: 'offset', partitions: [{ topic_name: 'a', partition_id: 0, offset: 42 }],
    });
  });
  it('say what is missing', () => {
    expect(() => orderOf({ ...choice, topics: [] }, 0)).toThrow('Choose at least one topic');
    expect(() => orderOf({ ...choice, strategy: 'shift', text: 'x' }, 0)).toThrow('By how many');
    expect(() => orderOf({ ...choice, strategy: 'offset', offsets: { 'a/0': '-1' } }, 0)).toThrow("'-1' is no offset");
  });
});

describe('figures', () => {
  it('are short', () => {
    expect(bytes(1536)).toBe('1.5 KiB');
    expect(bytes(0)).toBe('0 B');
    expect(duration(604_800_000)).toBe('7 d');
    expect(duration(-1)).toBe('for ever');
    expect(rate(12_345)).toBe('12.3K/s');
  });
});

describe('names of topics', () => {
  it.each([['', 'needs a name'], ['..', "'..'"], ['a b', 'space'], ['ü', "'ü'"], ['x'.repeat(250), '249']])('refuses %s', (name, why) => {
    expect(topicNameProblem(name)).toContain(why);
  });
  it('takes what Kafka takes', () => {
    expect(topicNameProblem('a.B_c-9')).toBeNull();
  });
});

describe('histories', () => {
  it('are rates between neighbours, never negative, and bounded', () => {
    const history = new History();
    for (let i = 0; i < 2_000; i++) history.add('a', i * 1_000, i * 10);
    history.add('a', 2_000_000, 0);
    expect(history.points('a').length).toBeGreaterThan(300);
    expect(history.points('a').length).toBeLessThanOrEqual(720);
    expect(history.rates('a')[0]!.value).toBe(10);
    expect(history.rates('a').at(-1)!.value).toBe(0);
    for (let i = 0; i < 6_000; i++) history.add(`t${i}`, 0, 1);
    expect(history.points('a')).toHaveLength(0);
    expect(history.points('t5999')).toHaveLength(1);
  });
});

describe('moves', () => {
  it('count the bytes of new replicas', () => {
    const disks = [{ broker_id: 1, log_dirs: [{ path: '/', online: true, total_bytes: 1, usable_bytes: 1, size_bytes: 300, replicas: 3, topics: [{ name: 'a', replicas: 3, size_bytes: 300, offset_lag: 0 }] }] }];
    expect(bytesToCopy([{ topic_name: 'a', partition_id: 0, replicas: [2, 3], current_replicas: [1, 2] }], disks)).toBe(100);
    expect(bytesToCopy([{ topic_name: 'other', partition_id: 0, replicas: [2], current_replicas: [1] }], disks)).toBe(0);
  });
});

describe('history over a load of the page', () => {
  const box = (): Storage => {
    const items = new Map<string, string>();
    return { getItem: (key: string) => items.get(key) ?? null, setItem: (key: string, text: string) => void items.set(key, text) } as unknown as Storage;
  };

  it('goes on where it was, an hour at most', () => {
    const storage = box();
    const before = new History();
    before.add('old', 0, 1);
    before.add('lag', 4_000_000, 7);
    before.add('lag', 4_010_000, 9);
    before.keep(storage);
    const after = new History();
    after.takeUp(storage, 4_020_000);
    expect(after.points('old')).toEqual([]);
    after.add('lag', 4_020_000, 11);
    expect(after.points('lag').map((point) => point.value)).toEqual([7, 9, 11]);
  });

  it('is bounded: the older, the coarser', () => {
    const storage = box();
    const long = new History();
    for (let i = 0; i < 5_000; i++) long.add('lag', i * 1_000, i);
    const points = long.points('lag');
    expect(points.length).toBeLessThanOrEqual(721);
    expect(points.at(-1)!.value).toBe(4_999);
    expect(points.at(-1)!.t - points[0]!.t).toBeGreaterThan(1_800_000);
    expect(points.at(-1)!.t - points[0]!.t).toBeLessThanOrEqual(3_600_000 + 720_000);
    for (let i = 0; i < 300; i++) long.add(`many-${i}`, 1, 1);
    long.keep(storage);
    const after = new History();
    after.takeUp(storage, 2);
    expect(after.points('many-299')).toHaveLength(1);
    expect(after.points('many-0')).toHaveLength(0);
  });

  it('takes nothing from what it does not understand', () => {
    const storage = box();
    storage.setItem('tidemark-history', '{"a":');
    const after = new History();
    after.takeUp(storage, 1);
    expect(after.points('a')).toEqual([]);
    after.keep({ setItem: () => { throw new Error('full'); } });
  });
});

describe('lag by topic', () => {
  it('is that of the group furthest behind; what was never committed counts in no sum', () => {
    const lag = (topic_name: string, value: number) => ({ topic_name, lag: value });
    expect(furthestByTopic([
      { group: 'a', lags: [lag('orders', 3), lag('orders', 4), lag('refunds', -1)] },
      { group: 'b', lags: [lag('orders', 6)] },
    ])).toEqual({ orders: { lag: 7, group: 'a' } });
  });
});
