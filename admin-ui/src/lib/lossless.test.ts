import { describe, expect, it } from 'vitest';
import { at, parse, print } from './lossless';

describe('JSON without loss', () => {
  it('keeps every digit of a number', () => {
    const text = '{"id":9223372036854775807,"small":-0.10,"exp":1E400,"big":123456789012345678901234567890}';
    expect(print(parse(text))).toBe(text);
  });

  it('keeps the order of members and doubled names', () => {
    const text = '{"b":1,"a":2,"b":3}';
    expect(print(parse(text))).toBe(text);
    expect(print(at(parse(text), '$.b')!)).toBe('3');
  });

  it('decodes escapes', () => {
    expect(parse('"a\\u00e9\\n\\ud83d\\ude00"')).toEqual({ kind: 'string', value: 'aé\n😀' });
  });

  it('indents', () => {
    expect(print(parse('{"a":[1,{}],"b":[]}'), 2)).toBe('{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}');
  });

  it.each(['', '{', '[1,]', '{"a"}', '01', '1.', '"a', '"\\x"', 'nul', '{} x', '{"a":1,}', "{'a':1}", '+1', '"\u0001"'])('refuses %s', (text) => {
    expect(() => parse(text)).toThrow(/Not JSON: .* line 1, column \d+/);
  });

  it('names the line of what is wrong', () => {
    expect(() => parse('{\n  "a": 1\n  "b": 2\n}')).toThrow('line 3');
  });

  it('refuses what is nested too deep instead of overflowing', () => {
    expect(() => parse('['.repeat(100_000))).toThrow('nested deeper than 400');
  });

  it('finds what stands at a path', () => {
    const json = parse('{"a":{"b":[10,{"c":"x"}]}}');
    expect(at(json, '$.a.b[1].c')).toEqual({ kind: 'string', value: 'x' });
    expect(at(json, '$.a.nope.c')).toBeUndefined();
    expect(at(json, '$')).toBe(json);
  });
});
