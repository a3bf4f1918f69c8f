import type { LogDirs, Move } from '../api/types';

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
