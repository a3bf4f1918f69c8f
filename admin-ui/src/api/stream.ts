import type { Open } from '../lib/tail';
import { recordOf, type LogRecord } from '../lib/record';
import { ApiError, errorOf, fetchOrThrow, get, urlOf } from './client';
import { cluster } from './queries';

/** A stretch of a partition, oldest first, without what compaction took away. */
export async function readStretch(topic: string, partition: number, from: number, to: number, signal: AbortSignal): Promise<LogRecord[]> {
  const url = urlOf('/topics/{topic}/events', { topic }, {
    from: `${partition}:${from}`, partitions: partition, limit: to - from, until: 'latest', format: 'binary',
  });
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) stop.abort();
  const records: LogRecord[] = [];
  try {
    const response = await fetchOrThrow(url, { headers: { Accept: 'application/x-ndjson' }, signal: stop.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      const lines = (rest + (value ?? '')).split('\n');
      rest = done ? '' : lines.pop()!;
      for (const line of lines) {
        if (line === '') continue;
        failOn(line);
        const record = recordOf(line);
        if (!record) continue;
        // Gaps let the limit reach further than the stretch.
        if (record.offset >= to) {
          stop.abort();
          return records;
        }
        records.push(record);
      }
      if (done) return records;
    }
  } catch (failure) {
    if (stop.signal.aborted && !signal.aborted) return records;
    throw failure;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** An error that comes after the stream has begun is its last line. */
function failOn(line: string): void {
  if (!line.includes('"error_code"')) return;
  const json = JSON.parse(line) as { error_code?: number; message?: string; offset?: number };
  if (json.error_code !== undefined && json.offset === undefined) throw new ApiError(json.message ?? 'The stream failed.', 200, json.error_code);
}

/** The first offset whose record is not older than a time; the end where none is. */
export async function offsetAt(topic: string, partition: number, timestampMs: number, end: number): Promise<number> {
  const answer = await get<'/v3/clusters/{cluster}/topics/{topic}/partitions/{partition}/offset', { offset?: number }>(
    '/v3/clusters/{cluster}/topics/{topic}/partitions/{partition}/offset',
    { path: { cluster: await cluster(), topic, partition: String(partition) }, query: { timestamp: timestampMs } });
  return answer.offset === undefined || answer.offset < 0 ? end : Math.min(answer.offset, end);
}

/** Opens server-sent events of a topic. A browser goes on by itself after a cut; the gateway resumes by the last event's id. */
export const openTail = (topic: string, partitions: string): Open => (cursor, events) => {
  const url = urlOf('/topics/{topic}/events', { topic }, {
    format: 'binary', heartbeat: '5s', partitions, ...(cursor ? { cursor } : { from: 'latest' }),
  });
  const source = new EventSource(url);
  source.onopen = () => events.opened();
  source.onmessage = (event: MessageEvent<string>) => {
    if (event.data !== '') events.message(event.data, event.lastEventId);
  };
  source.addEventListener('reset', () => events.reset('The log no longer had the place to go on from; it goes on at the nearest one.'));
  source.addEventListener('unreadable', (event) => events.message(event.data as string, event.lastEventId));
  source.addEventListener('leaderless', (event) => events.leaderless((JSON.parse(event.data as string) as { partitions: number[] }).partitions));
  source.addEventListener('failure', (event) => {
    events.failed((JSON.parse(event.data as string) as { message?: string }).message ?? 'The stream ended.');
  });
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) {
      // An EventSource does not tell what was answered: ask once more, and read it.
      fetch(`${url}&limit=1&until=latest`, { headers: { Accept: 'application/x-ndjson' } })
        .then(async (response) => events.failed(response.ok ? 'The stream was closed.' : (await errorOf(response)).message))
        .catch(() => events.failed('The gateway was not reached.'));
    }
  });
  return source;
};
