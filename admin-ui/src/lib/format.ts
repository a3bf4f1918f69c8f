const GROUPED = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const count = (value: number): string => GROUPED.format(value);

export const compact = (value: number): string => (Math.abs(value) < 10_000 ? GROUPED.format(value) : COMPACT.format(value));

/** Bytes in binary units: 1536 is `1.5 KiB`. */
export function bytes(value: number): string {
  if (value < 0) return '–';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let unit = 0;
  let left = value;
  while (left >= 1024 && unit < units.length - 1) {
    left /= 1024;
    unit++;
  }
  return `${left >= 100 || unit === 0 ? Math.round(left) : left.toFixed(1)} ${units[unit]}`;
}

/** A rate per second, short. */
export function rate(perSecond: number): string {
  if (perSecond === 0) return '0/s';
  if (perSecond < 10) return `${perSecond.toFixed(1)}/s`;
  return `${compact(Math.round(perSecond))}/s`;
}

/** A length of time in its largest sensible unit; -1 is for ever. */
export function duration(ms: number): string {
  if (ms < 0) return 'for ever';
  const units: [number, string][] = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ];
  for (const [size, name] of units) {
    if (ms >= size) {
      const amount = ms / size;
      return `${Number.isInteger(amount) ? amount : amount.toFixed(1)} ${name}`;
    }
  }
  return `${ms} ms`;
}

export function ago(ms: number, now: number): string {
  const passed = Math.max(0, now - ms);
  return passed < 1000 ? 'now' : `${duration(Math.floor(passed / 1000) * 1000)} ago`;
}

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** Local time to the millisecond, as people compare it: `2026-11-22 13:04:05.678`. */
export function time(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${clock(ms)}`;
}

export function clock(ms: number): string {
  const date = new Date(ms);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}

export const plural = (amount: number, noun: string): string => `${count(amount)} ${noun}${amount === 1 ? '' : 's'}`;
