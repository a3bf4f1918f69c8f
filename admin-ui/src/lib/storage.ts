import { useCallback, useSyncExternalStore } from 'react';

const listeners = new Map<string, Set<() => void>>();
const cache = new Map<string, { text: string | null; value: unknown }>();

function read<T>(key: string, missing: T): T {
  let text: string | null = null;
  try {
    text = localStorage.getItem(key);
  } catch {
    // No storage in this browser: nothing is remembered.
  }
  const known = cache.get(key);
  if (known && known.text === text) return known.value as T;
  let value: T = missing;
  try {
    if (text !== null) value = JSON.parse(text) as T;
  } catch {
    // Written by something else; as if it were not there.
  }
  cache.set(key, { text, value });
  return value;
}

/** A value that this browser remembers. */
export function useStored<T>(key: string, missing: T): [T, (value: T) => void] {
  const subscribe = useCallback(
    (listener: () => void) => {
      const all = listeners.get(key) ?? new Set();
      listeners.set(key, all.add(listener));
      return () => all.delete(listener);
    },
    [key],
  );
  const value = useSyncExternalStore(subscribe, () => read(key, missing));
  const set = useCallback(
    (next: T) => {
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        cache.set(key, { text: null, value: next });
      }
      listeners.get(key)?.forEach((listener) => listener());
    },
    [key],
  );
  return [value, set];
}
