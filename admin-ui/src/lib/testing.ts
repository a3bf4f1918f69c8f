import { Content, toBase64, type LogRecord } from './record';

export const encode = (text: string): string => toBase64(new TextEncoder().encode(text));

/** A record for tests. */
export const record = (value: string | null, change: Partial<LogRecord> = {}): LogRecord => ({
  partition: 0,
  offset: 1,
  timestamp: 1_700_000_000_000,
  headers: [],
  key: new Content(encode('k')),
  value: value === null ? null : new Content(encode(value)),
  ...change,
});
