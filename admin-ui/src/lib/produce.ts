import { oneLine } from './record';

export interface Draft {
  key: string;
  value: string;
  /** A null value: a tombstone. */
  tombstone: boolean;
  headers: { name: string; value: string }[];
  /** Empty: by the key. */
  partition: string;
  copies: number;
}

export interface Filling {
  uuid: () => string;
  now: () => number;
  random: () => number;
}

export const FILLING: Filling = { uuid: () => crypto.randomUUID(), now: () => Date.now(), random: () => Math.random() };

/** `{{i}}`, `{{uuid}}`, `{{now}}`, `{{iso}}` and `{{int 1 100}}` stand for something new in each copy. Throws a SyntaxError. */
export function fill(text: string, index: number, by: Filling): string {
  return text.replace(/\{\{\s*([a-z]+)((?:\s+-?\d+)*)\s*\}\}/g, (whole, name: string, rest: string) => {
    const numbers = rest.trim() === '' ? [] : rest.trim().split(/\s+/).map(Number);
    switch (name) {
      case 'i': return String(index);
      case 'uuid': return by.uuid();
      case 'now': return String(by.now());
      case 'iso': return new Date(by.now()).toISOString();
      case 'int': {
        const [from = 0, to = 100] = numbers;
        return String(from + Math.floor(by.random() * (to - from + 1)));
      }
      default: throw new SyntaxError(`${whole} is not known: i, uuid, now, iso and int are.`);
    }
  });
}

/** The text as it goes into a line: JSON as it stands, anything else as a string. */
function content(text: string): string {
  const trimmed = text.trim();
  if (/^[[{"]/.test(trimmed)) return oneLine(trimmed);
  if (/^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/.test(trimmed)) return trimmed;
  return JSON.stringify(text);
}

/** Lines of NDJSON to produce. Throws a SyntaxError that says what cannot be sent, and why. */
export function linesOf(draft: Draft, by: Filling = FILLING): string[] {
  return Array.from({ length: draft.copies }, (_, index) => {
    const parts: string[] = [];
    // A key is text: "7" and 7 go to the same partition as any client's.
    if (draft.key !== '') parts.push(`"key":${JSON.stringify(fill(draft.key, index, by))}`);
    parts.push(`"value":${draft.tombstone ? 'null' : content(fill(draft.value, index, by))}`);
    const headers = draft.headers.filter((header) => header.name.trim() !== '');
    if (headers.length > 0) {
      parts.push(`"headers":${JSON.stringify(headers.map((header) => ({ name: header.name.trim(), value: fill(header.value, index, by) })))}`);
    }
    if (draft.partition !== '') parts.push(`"partition":${Number(draft.partition)}`);
    return `{${parts.join(',')}}`;
  });
}

export const TEMPLATES: { name: string; key: string; value: string }[] = [
  { name: 'Order', key: 'customer-{{int 1 100}}', value: '{\n  "id": "{{uuid}}",\n  "customer": {{int 1 100}},\n  "total": {{int 5 500}}.50,\n  "at": "{{iso}}"\n}' },
  { name: 'Event', key: '', value: '{\n  "type": "page.viewed",\n  "n": {{i}},\n  "at": {{now}}\n}' },
  { name: 'CloudEvent', key: '{{uuid}}', value: '{\n  "specversion": "1.0",\n  "id": "{{uuid}}",\n  "source": "/admin-ui",\n  "type": "com.example.test",\n  "time": "{{iso}}",\n  "data": { "n": {{i}} }\n}' },
  { name: 'Text', key: '', value: 'hello {{i}}' },
];
