import { parse, tryParse, type Json } from './lossless';

const UTF8 = new TextDecoder('utf-8', { fatal: true });
const PREVIEW = 400;

function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

/** A key or a value, decoded when it is looked at. */
export class Content {
  private decoded: string | null | undefined;
  private raw: Uint8Array | undefined;
  private tree: Json | null | undefined;

  constructor(readonly base64: string) {}

  get bytes(): Uint8Array {
    this.raw ??= fromBase64(this.base64);
    return this.raw;
  }

  get size(): number {
    return (this.base64.length / 4) * 3 - (this.base64.endsWith('==') ? 2 : this.base64.endsWith('=') ? 1 : 0);
  }

  /** null where it is no UTF-8. */
  get text(): string | null {
    if (this.decoded === undefined) {
      try {
        this.decoded = UTF8.decode(this.bytes);
      } catch {
        this.decoded = null;
      }
    }
    return this.decoded;
  }

  /** null where it is no JSON. */
  get json(): Json | null {
    if (this.tree === undefined) this.tree = this.text === null ? null : tryParse(this.text);
    return this.tree;
  }

  /** One line for a list. */
  get preview(): string {
    const text = this.text;
    if (text === null) return `${hexLine(this.bytes.subarray(0, 24))}${this.size > 24 ? ' …' : ''}`;
    return (text.length > PREVIEW ? `${text.slice(0, PREVIEW)}…` : text).replace(/\s+/g, ' ');
  }
}

export interface Header {
  name: string;
  value: string | null;
}

export interface LogRecord {
  partition: number;
  offset: number;
  /** Milliseconds since the epoch; NaN where it is beyond what a clock shows. */
  timestamp: number;
  headers: readonly Header[];
  /** null where there is none. */
  key: Content | null;
  value: Content | null;
  /** Why it could not be read: then it has neither key nor value. */
  problem?: string;
}

export const idOf = (record: LogRecord): string => `${record.partition}:${record.offset}`;

interface Line {
  partition: number;
  offset: number;
  timestamp: number;
  headers?: { name: string; value?: string | null; value_base64?: string }[];
  key?: string | null;
  key_base64?: string;
  value?: string | null;
  value_base64?: string;
  cursor?: string;
  error_code?: number;
  message?: string;
}

/** A line of the stream in its binary form: what is the client's stands in base64, so that no number of it is touched. */
export function recordOf(line: string): LogRecord | null {
  const json = JSON.parse(line) as Line;
  if (json.offset === undefined) return null;
  return {
    partition: json.partition,
    offset: json.offset,
    timestamp: Number.isSafeInteger(json.timestamp) ? json.timestamp : Number.NaN,
    headers: (json.headers ?? []).map((header) => ({
      name: header.name,
      value: header.value ?? (header.value_base64 === undefined ? null : (new Content(header.value_base64).text ?? `base64:${header.value_base64}`)),
    })),
    key: json.key_base64 === undefined ? null : new Content(json.key_base64),
    value: json.value_base64 === undefined ? null : new Content(json.value_base64),
    ...(json.error_code === undefined ? {} : { problem: json.message ?? 'It cannot be read.' }),
  };
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

export const hexLine = (bytes: Uint8Array): string => Array.from(bytes, (byte) => HEX[byte]).join(' ');

/** As `hexdump -C` shows it. */
export function hexDump(bytes: Uint8Array, most = 65_536): string {
  const lines: string[] = [];
  for (let i = 0; i < Math.min(bytes.length, most); i += 16) {
    const row = bytes.subarray(i, i + 16);
    const text = Array.from(row, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${i.toString(16).padStart(8, '0')}  ${hexLine(row.subarray(0, 8)).padEnd(23)}  ${hexLine(row.subarray(8)).padEnd(23)}  |${text}|`);
  }
  if (bytes.length > most) lines.push(`… ${bytes.length - most} bytes more`);
  return lines.join('\n');
}

/** The record as a line of NDJSON that the gateway takes back as it is. */
export function toLine(record: LogRecord, place: boolean): string {
  const parts: string[] = [];
  if (place) parts.push(`"partition":${record.partition}`, `"offset":${record.offset}`, `"timestamp":${Number.isNaN(record.timestamp) ? 'null' : record.timestamp}`);
  const content = (name: string, of: Content | null): void => {
    if (of === null) parts.push(`"${name}":null`);
    else if (of.text === null) parts.push(`"${name}_base64":${JSON.stringify(of.base64)}`);
    else if (of.json !== null && !/[\r\n]/.test(of.text)) parts.push(`"${name}":${of.text}`);
    else parts.push(`"${name}":${JSON.stringify(of.text)}`);
  };
  content('key', record.key);
  content('value', record.value);
  if (record.headers.length > 0) parts.push(`"headers":${JSON.stringify(record.headers)}`);
  return `{${parts.join(',')}}`;
}

const cell = (text: string): string => {
  // A spreadsheet would run a cell that begins so as a formula.
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export function toCsv(records: readonly LogRecord[]): string {
  const rows = records.map((record) =>
    [
      String(record.partition), String(record.offset), Number.isNaN(record.timestamp) ? '' : new Date(record.timestamp).toISOString(),
      record.key?.text ?? record.key?.base64 ?? '', record.value?.text ?? record.value?.base64 ?? '',
      record.headers.map((header) => `${header.name}=${header.value ?? ''}`).join('; '),
    ].map(cell).join(','));
  return `${['partition,offset,timestamp,key,value,headers', ...rows].join('\r\n')}\r\n`;
}

/** Valid JSON in one line, for a body; throws what is wrong with it. */
export const oneLine = (text: string): string => {
  parse(text);
  return text.replace(/[\r\n]+/g, ' ');
};
