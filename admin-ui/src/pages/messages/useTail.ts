import { useEffect, useState } from 'react';
import { openTail } from '../../api/stream';
import { compile, partitionsOf } from '../../lib/filter';
import { Tail, type TailState } from '../../lib/tail';
import type { MessagesSearch } from '../../router';

export interface TailView {
  tail: Tail | null;
  state: TailState | null;
  error: unknown;
}

/** Follows a topic while live; draws once a frame. */
export function useTail(topic: string, count: number, search: MessagesSearch, enabled: boolean): TailView {
  const [tail, setTail] = useState<Tail | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [, draw] = useState(0);
  const { key, value, header, partitions } = search;
  useEffect(() => {
    if (!enabled || count === 0) return undefined;
    let made: Tail;
    try {
      const matches = compile({ key, value, header });
      made = new Tail(openTail(topic, partitions ? partitionsOf(partitions, count).join(',') : ''), matches);
      setError(null);
    } catch (failure) {
      setError(failure);
      return undefined;
    }
    setTail(made);
    let frame = 0;
    let phase = made.state;
    const onFrame = (): void => {
      if (made.drain() || made.state !== phase) {
        phase = made.state;
        draw((before) => before + 1);
      }
      frame = requestAnimationFrame(onFrame);
    };
    frame = requestAnimationFrame(onFrame);
    return () => {
      cancelAnimationFrame(frame);
      made.close();
      setTail(null);
    };
  }, [topic, count, key, value, header, partitions, enabled]);
  return { tail, state: tail?.state ?? null, error };
}
