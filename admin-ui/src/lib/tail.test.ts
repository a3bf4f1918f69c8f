import { describe, expect, it } from 'vitest';
import { Tail, type SourceEvents } from './tail';
import { encode } from './testing';

function follow(matches = (_: unknown) => true) {
  const opened: { cursor: string | null; events: SourceEvents; closed: boolean }[] = [];
  let now = 0;
  const tail = new Tail(
    (cursor, events) => {
      const source = { cursor, events, closed: false };
      opened.push(source);
      return { close: () => { source.closed = true; } };
    },
    matches,
    () => now,
  );
  const send = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      opened.at(-1)!.events.message(`{"partition":0,"offset":${i},"timestamp":${i},"value_base64":"${encode(`v${i}`)}"}`, `c${i}`);
    }
  };
  return { tail, opened, send, pass: (ms: number) => { now += ms; } };
}

describe('a tail', () => {
  it('takes what came once a frame', () => {
    const { tail, send, opened } = follow();
    opened[0]!.events.opened();
    send(0, 100);
    expect(tail.records).toHaveLength(0);
    expect(tail.drain()).toBe(true);
    expect(tail.records.map((each) => each.offset)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(tail.state).toMatchObject({ phase: 'live', received: 100, dropped: 0 });
    expect(tail.drain()).toBe(false);
  });

  it('goes on after the last event that came, when it is resumed', () => {
    const { tail, opened, send } = follow();
    send(0, 3);
    tail.pause();
    expect(opened[0]!.closed).toBe(true);
    expect(tail.state.phase).toBe('paused');
    tail.resume();
    expect(opened[1]!.cursor).toBe('c2');
    send(3, 5);
    tail.drain();
    expect(tail.records.map((each) => each.offset)).toEqual([0, 1, 2, 3, 4]);
  });

  it('tells of partitions without a leader until they have one', () => {
    const { tail, opened } = follow();
    opened[0]!.events.opened();
    opened[0]!.events.leaderless([2, 5]);
    expect(tail.drain()).toBe(false);
    expect(tail.state).toMatchObject({ phase: 'live', leaderless: [2, 5] });
    opened[0]!.events.leaderless([]);
    expect(tail.state.leaderless).toEqual([]);
    opened[0]!.events.leaderless([2]);
    opened[0]!.events.opened();
    expect(tail.state.leaderless).toEqual([]);
  });

  it('is bounded, and counts what it leaves out', () => {
    const { tail, send } = follow();
    send(0, 50_000);
    tail.drain();
    expect(tail.state.dropped + tail.state.received).toBeLessThanOrEqual(50_000);
    for (let i = 0; i < 100; i++) tail.drain();
    expect(tail.state.dropped).toBeGreaterThan(0);
    expect(tail.state.dropped + tail.state.received).toBe(50_000);
    expect(tail.records.length).toBeLessThanOrEqual(6_000);
    expect(tail.records.at(-1)!.offset).toBe(49_999);
  });

  it('keeps only what matches, and counts both', () => {
    const { tail, send } = follow((each) => (each as { offset: number }).offset % 10 === 0);
    send(0, 100);
    tail.drain();
    expect(tail.state).toMatchObject({ received: 100, matched: 10 });
  });

  it('measures its rate', () => {
    const { tail, opened, send, pass } = follow();
    opened[0]!.events.opened();
    pass(1_000);
    tail.drain();
    send(0, 500);
    pass(1_000);
    tail.drain();
    expect(tail.state.perSecond).toBe(500);
  });

  it('says why it failed, and can be resumed', () => {
    const { tail, opened } = follow();
    opened[0]!.events.failed('Topic t not found.');
    expect(tail.state).toMatchObject({ phase: 'failed', note: 'Topic t not found.' });
    tail.resume();
    expect(opened).toHaveLength(2);
  });
});
