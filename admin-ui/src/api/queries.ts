import { queryOptions } from '@tanstack/react-query';
import { history } from '../lib/series';
import { call, fetchOrThrow, get, urlOf } from './client';
import type {
  Assignment, Group, GroupConsumer, Lag, LagSummary, LogDirs, Move, Moves, Overview, ResetRow, TopicConfig,
  TopicOffsets, TopicPage, TopicPartitions, V3List,
} from './types';

/** The cluster as a whole; also collects what charts of it show. */
export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: async ({ signal }): Promise<Overview> => get('/admin/overview', { signal }),
  refetchInterval: 3_000,
});

let clusterId: string | null = null;

/** The id that v3's paths want. One gateway serves one cluster, so that it never changes. */
export async function cluster(): Promise<string> {
  clusterId ??= (await get('/admin/overview')).cluster_id;
  return clusterId;
}

export interface TopicsQuery {
  search?: string | undefined;
  sort?: string | undefined;
  internal?: true | undefined;
  unwell?: true | undefined;
  names?: string | undefined;
}

export const PAGE = 100;

export const topicsPageQuery = (query: TopicsQuery, page: number) =>
  queryOptions({
    queryKey: ['topics', query, page],
    queryFn: async ({ signal }): Promise<TopicPage> =>
      get('/admin/topics', { query: { ...query, offset: page * PAGE, limit: PAGE }, signal }),
    refetchInterval: 5_000,
    placeholderData: (before) => before,
  });

export const topicOffsetsQuery = (names: readonly string[]) =>
  queryOptions({
    queryKey: ['topic-offsets', names.join(',')],
    enabled: names.length > 0,
    refetchInterval: 3_000,
    queryFn: async ({ signal }): Promise<Record<string, TopicOffsets>> => {
      const answer = await get('/admin/topics/offsets', { query: { names: names.join(',') }, signal });
      const now = Date.now();
      for (const topic of answer.topics) {
        if (topic.end_offset_sum !== null) history.add(`end:${topic.name}`, now, topic.end_offset_sum);
      }
      return Object.fromEntries(answer.topics.map((topic) => [topic.name, topic]));
    },
    placeholderData: (before) => before,
  });

export const partitionsQuery = (topic: string) =>
  queryOptions({
    queryKey: ['partitions', topic],
    refetchInterval: 3_000,
    queryFn: async ({ signal }): Promise<TopicPartitions> => {
      const answer = await get('/admin/topics/{topic}/partitions', { path: { topic }, signal });
      const now = Date.now();
      let end = 0;
      for (const each of answer.partitions) {
        if (each.high_watermark < 0) continue;
        end += each.high_watermark;
        history.add(`end:${topic}/${each.partition}`, now, each.high_watermark);
      }
      history.add(`end:${topic}`, now, end);
      return answer;
    },
  });

export const configsQuery = (topic: string) =>
  queryOptions({
    queryKey: ['configs', topic],
    queryFn: async ({ signal }): Promise<TopicConfig[]> => {
      const path = { cluster: await cluster(), topic };
      return (await call<'/v3/clusters/{cluster}/topics/{topic}/configs', 'get', V3List<TopicConfig>>(
        'get', '/v3/clusters/{cluster}/topics/{topic}/configs', { path, signal })).data;
    },
  });

/** An empty value takes the topic's own setting away. */
export async function alterConfigs(topic: string, changes: Record<string, string | null>): Promise<void> {
  await call('post', '/v3/clusters/{cluster}/topics/{topic}/configs:alter', {
    path: { cluster: await cluster(), topic },
    body: {
      data: Object.entries(changes).map(([name, value]) =>
        value === null ? { name, operation: 'DELETE' } : { name, value, operation: 'SET' }),
    },
  });
}

export async function createTopic(
  name: string, partitions: number, replication: number, configs: Record<string, string>, validateOnly: boolean,
): Promise<void> {
  await call('post', '/v3/clusters/{cluster}/topics', {
    path: { cluster: await cluster() },
    body: {
      topic_name: name,
      partitions_count: partitions,
      replication_factor: replication,
      configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
      validate_only: validateOnly,
    },
  });
}

export async function deleteTopic(topic: string): Promise<void> {
  await call('delete', '/v3/clusters/{cluster}/topics/{topic}', { path: { cluster: await cluster(), topic } });
}

export async function addPartitions(topic: string, partitions: number): Promise<void> {
  await call('patch', '/v3/clusters/{cluster}/topics/{topic}', {
    path: { cluster: await cluster(), topic },
    body: { partitions_count: partitions },
  });
}

export interface GroupsQuery {
  contains?: string | undefined;
  state?: string | undefined;
  topic?: string | undefined;
  page_token?: string | undefined;
  page_size?: number | undefined;
}

export async function fetchGroups(query: GroupsQuery, signal?: AbortSignal): Promise<V3List<Group>> {
  return call<'/v3/clusters/{cluster}/consumer-groups', 'get', V3List<Group>>(
    'get', '/v3/clusters/{cluster}/consumer-groups', { path: { cluster: await cluster() }, query: { ...query }, signal });
}

export const groupQuery = (group: string) =>
  queryOptions({
    queryKey: ['group', group],
    refetchInterval: 3_000,
    queryFn: async ({ signal }): Promise<Group> =>
      call<'/v3/clusters/{cluster}/consumer-groups/{group}', 'get', Group>(
        'get', '/v3/clusters/{cluster}/consumer-groups/{group}', { path: { cluster: await cluster(), group }, signal }),
  });

export const membersQuery = (group: string) =>
  queryOptions({
    queryKey: ['members', group],
    refetchInterval: 3_000,
    queryFn: async ({ signal }): Promise<GroupConsumer[]> =>
      (await call<'/v3/clusters/{cluster}/consumer-groups/{group}/consumers', 'get', V3List<GroupConsumer>>(
        'get', '/v3/clusters/{cluster}/consumer-groups/{group}/consumers', { path: { cluster: await cluster(), group }, signal })).data,
  });

export const assignmentsQuery = (group: string, consumer: string) =>
  queryOptions({
    queryKey: ['assignments', group, consumer],
    refetchInterval: 5_000,
    queryFn: async ({ signal }): Promise<Assignment[]> =>
      (await call<'/v3/clusters/{cluster}/consumer-groups/{group}/consumers/{consumer}/assignments', 'get', V3List<Assignment>>(
        'get', '/v3/clusters/{cluster}/consumer-groups/{group}/consumers/{consumer}/assignments',
        { path: { cluster: await cluster(), group, consumer }, signal })).data,
  });

export const lagsQuery = (group: string) =>
  queryOptions({
    queryKey: ['lags', group],
    refetchInterval: 3_000,
    queryFn: async ({ signal }): Promise<Lag[]> => {
      const lags = (await call<'/v3/clusters/{cluster}/consumer-groups/{group}/lags', 'get', V3List<Lag>>(
        'get', '/v3/clusters/{cluster}/consumer-groups/{group}/lags', { path: { cluster: await cluster(), group }, signal })).data;
      history.add(`lag:${group}`, Date.now(), lags.reduce((sum, each) => sum + Math.max(0, each.lag), 0));
      return lags;
    },
  });

export const lagSummaryQuery = (group: string) =>
  queryOptions({
    queryKey: ['lag-summary', group],
    refetchInterval: 5_000,
    queryFn: async ({ signal }): Promise<LagSummary> => {
      const summary = await call<'/v3/clusters/{cluster}/consumer-groups/{group}/lag-summary', 'get', LagSummary>(
        'get', '/v3/clusters/{cluster}/consumer-groups/{group}/lag-summary', { path: { cluster: await cluster(), group }, signal });
      history.add(`lag:${group}`, Date.now(), summary.total_lag);
      return summary;
    },
  });

export interface TopicLag {
  /** Of the group that is furthest behind. */
  lag: number;
  group: string;
}

const MOST_GROUPS = 30;

/** How far the group furthest behind is in each topic, of the first groups there are; one that does not answer is left out. */
export const topicLagsQuery = queryOptions({
  queryKey: ['topic-lags'],
  refetchInterval: 10_000,
  queryFn: async ({ signal }): Promise<Record<string, TopicLag>> => {
    const groups = (await fetchGroups({ page_size: MOST_GROUPS }, signal)).data;
    const path = { cluster: await cluster() };
    const lags = await Promise.all(groups.map((group) =>
      call<'/v3/clusters/{cluster}/consumer-groups/{group}/lags', 'get', V3List<Lag>>(
        'get', '/v3/clusters/{cluster}/consumer-groups/{group}/lags', { path: { ...path, group: group.consumer_group_id }, signal })
        .then((answer) => ({ group: group.consumer_group_id, lags: answer.data }), () => null)));
    const worst = furthestByTopic(lags.filter((each) => each !== null));
    const now = Date.now();
    for (const [topic, { lag }] of Object.entries(worst)) history.add(`topic-lag:${topic}`, now, lag);
    return worst;
  },
});

/** The group with the largest lag in each topic that any of them reads. */
export function furthestByTopic(groups: readonly { group: string; lags: readonly Pick<Lag, 'topic_name' | 'lag'>[] }[]): Record<string, TopicLag> {
  const worst: Record<string, TopicLag> = {};
  for (const { group, lags } of groups) {
    const sums = new Map<string, number>();
    for (const each of lags) if (each.lag >= 0) sums.set(each.topic_name, (sums.get(each.topic_name) ?? 0) + each.lag);
    for (const [topic, lag] of sums) if (!worst[topic] || lag > worst[topic].lag) worst[topic] = { lag, group };
  }
  return worst;
}

export interface ResetOrder {
  strategy: 'earliest' | 'latest' | 'offset' | 'time' | 'shift';
  value?: string | number | undefined;
  topics?: string[] | undefined;
  partitions?: { topic_name: string; partition_id: number; offset?: number }[] | undefined;
}

export async function resetOffsets(group: string, order: ResetOrder, dryRun: boolean): Promise<ResetRow[]> {
  return (await call<'/v3/clusters/{cluster}/consumer-groups/{group}/offsets:reset', 'post', V3List<ResetRow>>(
    'post', '/v3/clusters/{cluster}/consumer-groups/{group}/offsets:reset',
    { path: { cluster: await cluster(), group }, body: { ...order, dry_run: dryRun } })).data;
}

export async function deleteGroup(group: string): Promise<void> {
  await call('delete', '/v3/clusters/{cluster}/consumer-groups/{group}', { path: { cluster: await cluster(), group } });
}

export const logDirsQuery = (broker: number) =>
  queryOptions({
    queryKey: ['log-dirs', broker],
    refetchInterval: 10_000,
    retry: false,
    queryFn: async ({ signal }): Promise<LogDirs> =>
      get('/admin/brokers/{broker}/log-dirs', { path: { broker: String(broker) }, signal }),
  });

/** What is on the move, and how much of it is copied. */
export const movesQuery = queryOptions({
  queryKey: ['reassignments'],
  refetchInterval: 2_000,
  queryFn: async ({ signal }): Promise<Moves> => get('/admin/reassignments', { signal }),
});

const THROTTLE = 'follower.replication.throttled.rate';

/** Bytes a second that each event loop of a node copies at most of replicas not in sync; 0 for no limit. */
export const throttleQuery = queryOptions({
  queryKey: ['throttle'],
  queryFn: async ({ signal }): Promise<number> =>
    Number((await call<'/v3/clusters/{cluster}/broker-configs/{name}', 'get', TopicConfig>(
      'get', '/v3/clusters/{cluster}/broker-configs/{name}', { path: { cluster: await cluster(), name: THROTTLE }, signal })).value ?? 0),
});

/** Of all nodes; takes effect soon, on moves under way too. */
export async function setThrottle(bytesPerSecond: number): Promise<void> {
  const path = { cluster: await cluster(), name: THROTTLE };
  if (bytesPerSecond > 0) await call('put', '/v3/clusters/{cluster}/broker-configs/{name}', { path, body: { value: String(bytesPerSecond) } });
  else await call('delete', '/v3/clusters/{cluster}/broker-configs/{name}', { path });
}

export async function planMoves(brokers: readonly number[]): Promise<Move[]> {
  return (await call<'/v3/clusters/{cluster}/reassignments:plan', 'get', V3List<Move>>(
    'get', '/v3/clusters/{cluster}/reassignments:plan',
    { path: { cluster: await cluster() }, query: { brokers: brokers.join(',') } })).data;
}

export interface MoveOutcome {
  topic_name: string;
  partition_id: number;
  error_code?: number;
  message?: string;
}

export async function startMoves(moves: readonly Move[]): Promise<MoveOutcome[]> {
  return (await call<'/v3/clusters/{cluster}/reassignments', 'post', V3List<MoveOutcome>>(
    'post', '/v3/clusters/{cluster}/reassignments', { path: { cluster: await cluster() }, body: { reassignments: moves } })).data;
}

export async function cancelMove(topic: string, partition: number): Promise<void> {
  await call('delete', '/v3/clusters/{cluster}/topics/{topic}/partitions/{partition}/reassignment', {
    path: { cluster: await cluster(), topic, partition: String(partition) },
  });
}

export async function electPreferred(): Promise<unknown> {
  return call('post', '/v3/clusters/{cluster}/leaders:elect', { path: { cluster: await cluster() }, body: { election: 'preferred' } });
}

export async function drain(broker: number, on: boolean): Promise<void> {
  const path = { cluster: await cluster(), broker: String(broker) };
  if (on) await call('post', '/v3/clusters/{cluster}/brokers/{broker}/drain', { path, body: {} });
  else await call('delete', '/v3/clusters/{cluster}/brokers/{broker}/drain', { path });
}

export async function forgetNode(broker: number): Promise<void> {
  await call('delete', '/v3/clusters/{cluster}/brokers/{broker}', { path: { cluster: await cluster(), broker: String(broker) } });
}

export interface ProduceAnswer {
  partition: number;
  offset: number;
  timestamp: number;
  error_code?: number;
  message?: string;
}

/** Sends lines of NDJSON as they stand: no number passes through a double. */
export async function produceLines(topic: string, lines: readonly string[]): Promise<ProduceAnswer[]> {
  const response = await fetchOrThrow(urlOf('/topics/{topic}/events', { topic }), {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson', Accept: 'application/json' },
    body: `${lines.join('\n')}\n`,
  });
  return (await response.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ProduceAnswer);
}
