/** What a cluster shall bear. */
export interface Load {
  recordsPerSecond: number;
  recordBytes: number;
  retentionHours: number;
  replicationFactor: number;
  /** How often each record is read, by all groups together. */
  consumers: number;
  /** What compression leaves of a byte, 0.05 to 1. */
  compression: number;
  /** Peak over average. */
  peak: number;
}

/** What one node has. */
export interface NodeSize {
  diskBytes: number;
  networkBitsPerSecond: number;
  diskBytesPerSecond: number;
  /** Records a second that one partition shall bear at most. */
  recordsPerPartition: number;
}

export interface Plan {
  writeBytesPerSecond: number;
  diskBytes: number;
  networkInBytesPerSecond: number;
  networkOutBytesPerSecond: number;
  diskWriteBytesPerSecond: number;
  /** What stays in memory for readers that are close to the end. */
  pageCacheBytes: number;
  partitions: number;
  nodes: number;
  /** Why so many nodes. */
  because: 'disk' | 'network' | 'disk writes' | 'replicas';
  nodesBy: { disk: number; network: number; diskWrites: number; replicas: number };
}

/** Room for growth, segments that wait for deletion, and a node's replicas when another one is lost. */
export const DISK_USE = 0.7;
export const NETWORK_USE = 0.6;
export const DISK_WRITE_USE = 0.5;
/** Readers keep up within this time; their reads then come from memory. */
export const CACHE_SECONDS = 30;

/** The usual formulas. All figures are of the whole cluster; `peak` counts for rates and not for what is kept. */
export function plan(load: Load, node: NodeSize): Plan {
  const average = load.recordsPerSecond * load.recordBytes * load.compression;
  const write = average * load.peak;
  const diskBytes = average * load.retentionHours * 3_600 * load.replicationFactor;
  // In: from producers once, and to each follower. Out: to followers, and to readers.
  const networkIn = write * load.replicationFactor;
  const networkOut = write * (load.replicationFactor - 1 + load.consumers);
  const diskWrite = write * load.replicationFactor;
  const nodesBy = {
    disk: Math.ceil(diskBytes / (node.diskBytes * DISK_USE)),
    network: Math.ceil((Math.max(networkIn, networkOut) * 8) / (node.networkBitsPerSecond * NETWORK_USE)),
    diskWrites: Math.ceil(diskWrite / (node.diskBytesPerSecond * DISK_WRITE_USE)),
    replicas: load.replicationFactor,
  };
  const nodes = Math.max(1, ...Object.values(nodesBy));
  const because = nodesBy.replicas === nodes ? 'replicas' : nodesBy.disk === nodes ? 'disk' : nodesBy.network === nodes ? 'network' : 'disk writes';
  const wanted = Math.ceil((load.recordsPerSecond * load.peak) / node.recordsPerPartition);
  return {
    writeBytesPerSecond: write,
    diskBytes,
    networkInBytesPerSecond: networkIn,
    networkOutBytesPerSecond: networkOut,
    diskWriteBytesPerSecond: diskWrite,
    pageCacheBytes: write * load.replicationFactor * CACHE_SECONDS,
    // A multiple of the nodes, so that each leads as many.
    partitions: Math.max(1, Math.ceil(Math.max(wanted, nodes) / nodes)) * nodes,
    nodes,
    because,
    nodesBy,
  };
}
