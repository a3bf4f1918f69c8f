import type { paths } from './schema';

type Answer<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer T } } } };
}
  ? T
  : never;

export type Overview = Answer<'/admin/overview'>;
export type NodeInfo = Overview['nodes'][number];
export type Quorum = NonNullable<Overview['quorum']>;
export type UnwellPartition = Overview['unwell_partitions'][number];
export type TopicPage = Answer<'/admin/topics'>;
export type TopicRow = TopicPage['topics'][number];
export type TopicOffsets = Answer<'/admin/topics/offsets'>['topics'][number];
export type TopicPartitions = Answer<'/admin/topics/{topic}/partitions'>;
export type PartitionRow = TopicPartitions['partitions'][number];
export type Moves = Answer<'/admin/reassignments'>;
export type MoveRow = Moves['moves'][number];
export type LogDirs = Answer<'/admin/brokers/{broker}/log-dirs'>;

/** The resources of v3, whose shape is Confluent's and left open by the document. */
export interface V3List<T> {
  metadata: { next: string | null };
  data: T[];
}

export interface TopicConfig {
  name: string;
  value: string | null;
  is_default: boolean;
  is_read_only: boolean;
  is_sensitive: boolean;
  source: string;
  synonyms: { name: string; value: string | null; source: string }[];
}

export interface Group {
  consumer_group_id: string;
  is_simple: boolean;
  partition_assignor: string;
  state: string;
  type?: string;
}

export interface GroupConsumer {
  consumer_id: string;
  instance_id: string | null;
  client_id: string;
  host?: string;
}

export interface Assignment {
  topic_name: string;
  partition_id: number;
}

export interface LagSummary {
  max_lag: number;
  total_lag: number;
  max_lag_topic_name: string;
  max_lag_partition_id: number;
  max_lag_consumer_id?: string;
}

export interface Lag {
  topic_name: string;
  partition_id: number;
  current_offset: number;
  log_end_offset: number;
  lag: number;
  consumer_id: string;
  client_id: string;
}

export interface ResetRow {
  topic_name: string;
  partition_id: number;
  before: number | null;
  after: number;
  log_start_offset: number;
  log_end_offset: number;
  why: string;
}

export interface Move {
  topic_name: string;
  partition_id: number;
  replicas: number[];
  current_replicas: number[];
}
