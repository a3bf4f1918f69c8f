import { describe, expect, it } from 'vitest';
import { compile, partitionsOf, timeOf } from './filter';
import { record } from './testing';

describe('filters', () => {
  const value = (filter: string, text: string): boolean => compile({ value: filter })(record(text));

  it('contain, in any case', () => {
    expect(value('ORD', '{"type":"order"}')).toBe(true);
    expect(value('x', 'order')).toBe(false);
  });

  it('are regular expressions between slashes', () => {
    expect(value('/^o.*r$/', 'order')).toBe(true);
    expect(value('/^O/i', 'order')).toBe(true);
    expect(() => compile({ value: '/(/' })).toThrow();
  });

  it('compare integers of any length exactly', () => {
    const text = '{"id":9007199254740993,"a":{"b":"x"},"f":1.5}';
    expect(value('$.id==9007199254740993', text)).toBe(true);
    expect(value('$.id==9007199254740992', text)).toBe(false);
    expect(value('$.id>9007199254740992', text)).toBe(true);
    expect(value('$.a.b=="x"', text)).toBe(true);
    expect(value('$.a.b!=x', text)).toBe(false);
    expect(value('$.f>=1.5', text)).toBe(true);
    expect(value('$.a', text)).toBe(true);
    expect(value('$.nope', text)).toBe(false);
    expect(value('$.nope>1', 'not json')).toBe(false);
  });

  it('look at headers by name, or name and text', () => {
    const with_ = record('x', { headers: [{ name: 'source', value: 'shop' }] });
    expect(compile({ header: 'source' })(with_)).toBe(true);
    expect(compile({ header: 'source=SHO' })(with_)).toBe(true);
    expect(compile({ header: 'source==shop' })(with_)).toBe(true);
    expect(compile({ header: 'other' })(with_)).toBe(false);
  });

  it('never match a key or value that is not there', () => {
    expect(compile({ value: 'a' })(record(null))).toBe(false);
    expect(compile({ key: 'k' })(record('a', { key: null }))).toBe(false);
    expect(compile({})(record(null))).toBe(true);
  });
});

describe('times and partitions', () => {
  it('are how long ago, a date, or ms', () => {
    expect(timeOf('15m', 1_000_000_000)).toBe(1_000_000_000 - 900_000);
    expect(timeOf('1700000000000', 0)).toBe(1_700_000_000_000);
    expect(timeOf('2026-01-31T12:00:00Z', 0)).toBe(Date.UTC(2026, 0, 31, 12));
    expect(() => timeOf('soon', 0)).toThrow("'soon' is no time");
  });

  it('are lists and ranges of what there is', () => {
    expect(partitionsOf('0,2-3,2', 4)).toEqual([0, 2, 3]);
    expect(partitionsOf(undefined, 2)).toEqual([0, 1]);
    expect(() => partitionsOf('4', 4)).toThrow('There is no partition 4; the topic has 0 to 3.');
    expect(() => partitionsOf('a', 4)).toThrow("'a' is no partition");
  });
});
