import { describe, expect, it } from 'vitest';
import { Content, hexDump, recordOf, toCsv, toLine } from './record';
import { encode, record } from './testing';

describe('records', () => {
  it('are read from the binary form of the stream', () => {
    const read = recordOf(`{"topic":"t","partition":2,"offset":7,"timestamp":5,"headers":[{"name":"h","value":"v"}],"key":null,"value_base64":"${encode('{"n":9007199254740993}')}","cursor":"v1.x"}`)!;
    expect(read.key).toBeNull();
    expect(read.value!.text).toBe('{"n":9007199254740993}');
    expect(read.value!.json).not.toBeNull();
    expect(read.headers).toEqual([{ name: 'h', value: 'v' }]);
  });

  it('pass over lines that carry a cursor alone', () => {
    expect(recordOf('{"cursor":"v1.x"}')).toBeNull();
  });

  it('are exported so that the gateway takes them back as they are', () => {
    expect(toLine(record('{"n":9007199254740993}'), false)).toBe('{"key":"k","value":{"n":9007199254740993}}');
    expect(toLine(record('plain'), false)).toBe('{"key":"k","value":"plain"}');
    expect(toLine(record(null, { key: null }), true)).toBe('{"partition":0,"offset":1,"timestamp":1700000000000,"key":null,"value":null}');
    expect(toLine(record('x', { value: new Content('/w==') }), false)).toBe('{"key":"k","value_base64":"/w=="}');
  });

  it('are quoted in CSV, and no cell is a formula', () => {
    const csv = toCsv([record('a,"b"\nc', { key: new Content(encode('=1+1')) }), record('-5')]);
    const lines = csv.split('\r\n');
    expect(lines[0]).toBe('partition,offset,timestamp,key,value,headers');
    expect(lines[1]).toBe(`0,1,2023-11-14T22:13:20.000Z,'=1+1,"a,""b""\nc",`);
    expect(lines[2]).toContain(',-5,');
  });

  it('are shown in hex where they are no text', () => {
    const content = new Content('/wBB');
    expect(content.text).toBeNull();
    expect(content.size).toBe(3);
    expect(content.preview).toBe('ff 00 41');
    expect(hexDump(content.bytes)).toBe('00000000  ff 00 41                                          |..A|');
  });
});
