import { at, print } from './lossless';
import type { Content, LogRecord } from './record';

/** Filters as they stand in the address: texts that people type. */
export interface FilterText {
  key?: string | undefined;
  value?: string | undefined;
  header?: string | undefined;
}

export type Filter = (record: LogRecord) => boolean;

/** `/…/` is a regular expression, `=…` the whole text, anything else is contained, in any case. Throws a SyntaxError. */
function textTest(text: string): (subject: string) => boolean {
  const regex = /^\/(.+)\/([imsu]*)$/.exec(text);
  if (regex) {
    const compiled = new RegExp(regex[1]!, regex[2]);
    return (subject) => compiled.test(subject);
  }
  if (text.startsWith('=')) {
    const whole = text.slice(1);
    return (subject) => subject === whole;
  }
  const lower = text.toLowerCase();
  return (subject) => subject.toLowerCase().includes(lower);
}

/** `$.a.b==1`, `$.a!=x`, `$.total>100`, `$.a` (is there). Integers of any length are compared exactly. */
function pathTest(text: string): (content: Content) => boolean {
  const parts = /^(\$[^=!<>]*?)\s*(?:(==|!=|>=|<=|>|<)\s*(.*))?$/s.exec(text);
  if (!parts) throw new SyntaxError(`'${text}' is no path: $.a.b==value is one.`);
  const [, path, operator, wanted = ''] = parts;
  const bare = wanted.replace(/^"(.*)"$/s, '$1');
  return (content) => {
    const found = content.json ? at(content.json, path!) : undefined;
    if (operator === undefined) return found !== undefined;
    if (found === undefined) return operator === '!=';
    const actual = found.kind === 'string' ? found.value : print(found);
    if (operator === '==') return actual === bare;
    if (operator === '!=') return actual !== bare;
    const order = compare(actual, bare);
    if (Number.isNaN(order)) return false;
    if (operator === '>') return order > 0;
    if (operator === '<') return order < 0;
    return operator === '>=' ? order >= 0 : order <= 0;
  };
}

function compare(a: string, b: string): number {
  if (/^-?\d+$/.test(a) && /^-?\d+$/.test(b)) {
    const difference = BigInt(a) - BigInt(b);
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  }
  const numbers = [Number(a), Number(b)] as const;
  if (a !== '' && b !== '' && !numbers.some(Number.isNaN)) return numbers[0] - numbers[1];
  return Number.isNaN(numbers[1]) ? a.localeCompare(b) : Number.NaN;
}

/** Throws a SyntaxError that says what is wrong with a text. */
export function compile(filter: FilterText): Filter {
  const tests: Filter[] = [];
  if (filter.key) {
    const test = textTest(filter.key);
    tests.push((record) => record.key !== null && test(record.key.text ?? record.key.preview));
  }
  if (filter.value) {
    if (filter.value.startsWith('$')) {
      const test = pathTest(filter.value);
      tests.push((record) => record.value !== null && test(record.value));
    } else {
      const test = textTest(filter.value);
      tests.push((record) => record.value !== null && test(record.value.text ?? record.value.preview));
    }
  }
  if (filter.header) {
    const split = filter.header.indexOf('=');
    const name = (split < 0 ? filter.header : filter.header.slice(0, split)).trim();
    const test = split < 0 ? () => true : textTest(filter.header.slice(split + 1).trim());
    tests.push((record) => record.headers.some((header) => header.name === name && test(header.value ?? '')));
  }
  return (record) => tests.every((test) => test(record));
}

/** `2026-11-22T13:00`, `2026-11-22 13:00`, ms since the epoch, or how long ago: `15m`, `2h`, `1d`. Throws a SyntaxError. */
export function timeOf(text: string, now: number): number {
  const relative = /^(\d+)\s*(s|m|min|h|d)$/.exec(text.trim());
  if (relative) {
    const unit = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 }[relative[2] as 's'];
    return now - Number(relative[1]) * unit;
  }
  if (/^\d{10,}$/.test(text.trim())) return Number(text);
  const parsed = Date.parse(text.trim().replace(' ', 'T'));
  if (Number.isNaN(parsed)) throw new SyntaxError(`'${text}' is no time: 15m, 2h, 1d, 2026-01-31 12:00 and ms since 1970 are.`);
  return parsed;
}

/** `0,2,5-7` of so many partitions; all where it is empty. Throws a SyntaxError. */
export function partitionsOf(text: string | undefined, count: number): number[] {
  if (!text) return Array.from({ length: count }, (_, i) => i);
  const chosen = new Set<number>();
  for (const part of text.split(',')) {
    const range = /^\s*(\d+)\s*(?:-\s*(\d+))?\s*$/.exec(part);
    if (!range) throw new SyntaxError(`'${part.trim()}' is no partition: 0,2 and 4-7 are.`);
    const from = Number(range[1]);
    const to = Number(range[2] ?? range[1]);
    if (to >= count || from > to) throw new SyntaxError(`There is no partition ${Math.max(from, to)}; the topic has 0 to ${count - 1}.`);
    for (let i = from; i <= to; i++) chosen.add(i);
  }
  return [...chosen].sort((a, b) => a - b);
}
