import type { LogDirs, Move, MoveRow } from '../api/types';

/** How many bytes moves copy: each new replica is a copy of an average partition of its topic. */
export function bytesToCopy(moves: readonly Move[], disks: readonly LogDirs[]): number {
  const sizes = new Map<string, { bytes: number; replicas: number }>();
  for (const topic of disks.flatMap((disk) => disk.log_dirs).flatMap((directory) => directory.topics)) {
    const known = sizes.get(topic.name) ?? { bytes: 0, replicas: 0 };
    sizes.set(topic.name, { bytes: known.bytes + topic.size_bytes, replicas: known.replicas + topic.replicas });
  }
  return Math.round(
    moves.reduce((sum, move) => {
      const size = sizes.get(move.topic_name);
      const fresh = move.replicas.filter((id) => !move.current_replicas.includes(id)).length;
      return sum + (size && size.replicas > 0 ? (fresh * size.bytes) / size.replicas : 0);
    }, 0),
  );
}

/** Bytes of one move: what is there of all its new copies, and what will be. Null where a node did not say. */
export function bytesOf(move: MoveRow): { copied: number; total: number } | null {
  const size = move.size_bytes;
  if (size === null || move.copies.some((copy) => copy.size_bytes === null)) return null;
  return {
    copied: move.copies.reduce((sum, copy) => sum + (copy.in_sync ? size : Math.min(size, copy.size_bytes ?? 0)), 0),
    total: size * move.copies.length,
  };
}

const idOf = (move: MoveRow): string => `${move.topic_name}-${move.partition_id}`;

/** Adds up moves over time: those that are no longer told of are done, or were cancelled. */
export class MoveProgress {
  private readonly known = new Map<string, { copied: number; total: number }>();
  private last: { t: number; copied: number } | null = null;
  private perSecond: number | null = null;

  /** Takes what is on the move at a time, in ms. `perSecond` is a moving average; null before there is one. */
  take(moves: readonly MoveRow[], t: number): { copied: number; total: number; done: number; perSecond: number | null } {
    if (moves.length === 0) {
      this.known.clear();
      this.last = null;
      this.perSecond = null;
      return { copied: 0, total: 0, done: 0, perSecond: null };
    }
    const going = new Set(moves.map(idOf));
    for (const [id, sum] of this.known) if (!going.has(id)) sum.copied = sum.total;
    for (const move of moves) {
      const sum = bytesOf(move);
      if (sum) this.known.set(idOf(move), sum);
      else if (!this.known.has(idOf(move))) this.known.set(idOf(move), { copied: 0, total: 0 });
    }
    let copied = 0;
    let total = 0;
    for (const sum of this.known.values()) {
      copied += sum.copied;
      total += sum.total;
    }
    this.measure(copied, t);
    return { copied, total, done: this.known.size - going.size, perSecond: this.perSecond };
  }

  private measure(copied: number, t: number): void {
    if (this.last && t > this.last.t) {
      const now = (Math.max(0, copied - this.last.copied) * 1000) / (t - this.last.t);
      this.perSecond = this.perSecond === null ? now : this.perSecond + 0.4 * (now - this.perSecond);
    }
    if (!this.last || t > this.last.t) this.last = { t, copied };
  }
}
