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

/** Nobody reads a list that changes more often; drawing it for each frame would cost the frames between. */
const DRAW_MS = 100;

/** Follows a topic while live; takes what came with each frame, and draws some times a second. */
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
    let drawn = 0;
    let shown = made.state;
    let changed = false;
    const onFrame = (now: number): void => {
      changed = made.drain() || changed || made.state !== shown;
      if (changed && (now - drawn >= DRAW_MS || made.state.phase !== shown.phase)) {
        changed = false;
        drawn = now;
        shown = made.state;
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
