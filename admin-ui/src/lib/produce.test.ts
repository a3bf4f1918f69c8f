import { describe, expect, it } from 'vitest';
import { linesOf, TEMPLATES, type Draft } from './produce';

const draft = (change: Partial<Draft>): Draft => ({ key: '', value: '1', tombstone: false, headers: [], partition: '', copies: 1, ...change });
const filling = { uuid: () => 'u', now: () => 1_700_000_000_000, random: () => 0.5 };

describe('what is produced', () => {
  it('keeps integers that no double holds', () => {
    expect(linesOf(draft({ value: '{\n "id": 9007199254740993\n}' }))).toEqual(['{"value":{  "id": 9007199254740993 }}']);
    expect(linesOf(draft({ value: '9007199254740993' }))).toEqual(['{"value":9007199254740993}']);
  });

  it('sends text as text', () => {
    expect(linesOf(draft({ key: 'a"b', value: 'hello\nworld' }))).toEqual(['{"key":"a\\"b","value":"hello\\nworld"}']);
  });

  it('says where JSON is broken instead of sending it as text', () => {
    expect(() => linesOf(draft({ value: '{"a": }' }))).toThrow('Not JSON');
  });

  it('fills each copy in', () => {
    expect(linesOf(draft({ key: 'k-{{i}}', value: '{"i":{{i}},"u":"{{uuid}}","t":{{now}},"r":{{int 10 20}}}', copies: 2 }), filling)).toEqual([
      '{"key":"k-0","value":{"i":0,"u":"u","t":1700000000000,"r":15}}',
      '{"key":"k-1","value":{"i":1,"u":"u","t":1700000000000,"r":15}}',
    ]);
    expect(() => linesOf(draft({ value: '{{nope}}' }))).toThrow('{{nope}} is not known');
  });

  it('has headers, a partition and tombstones', () => {
    expect(linesOf(draft({ key: 'k', tombstone: true, partition: '3', headers: [{ name: ' a ', value: 'b' }, { name: '', value: 'x' }] }))).toEqual([
      '{"key":"k","value":null,"headers":[{"name":"a","value":"b"}],"partition":3}',
    ]);
  });

  it('comes out of every template', () => {
    for (const template of TEMPLATES) expect(linesOf(draft({ ...template, copies: 2 }), filling)).toHaveLength(2);
  });
});
