import { describe, expect, it } from 'vitest';
import { plan } from './capacity';
import { bytes, duration, rate } from './format';
import { bytesToCopy } from './moves';
import { orderOf } from './reset';
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
    expect(history.points('a')).toHaveLength(720);
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
