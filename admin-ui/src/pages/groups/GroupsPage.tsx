import { Button, Kbd, SegmentedControl, Skeleton, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { fetchGroups, lagSummaryQuery } from '../../api/queries';
import type { Group } from '../../api/types';
import { compact, count } from '../../lib/format';
import { history } from '../../lib/series';
import { useLeaving } from '../../lib/useLeaving';
import { Failure } from '../../ui/Failure';
import { EmptyRow, SkeletonRows } from '../../ui/Rows';
import { Sparkline } from '../../ui/Sparkline';

const PAGE_SIZE = 50;
const tokenOf = (next: string | null): string | undefined => (next ? (new URL(next).searchParams.get('page_token') ?? undefined) : undefined);

export function GroupsPage() {
  const search = useSearch({ from: '/groups' });
  const navigate = useNavigate({ from: '/groups' });
  const leaving = useLeaving();
  const onText = useDebouncedCallback((q: string) => {
    if (!leaving()) void navigate({ search: (before) => ({ ...before, q: q || undefined }), replace: true });
  }, 150);
  const groups = useInfiniteQuery({
    queryKey: ['groups', search.q, search.state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => fetchGroups({ contains: search.q, state: search.state, page_size: PAGE_SIZE, page_token: pageParam }, signal),
    getNextPageParam: (last) => tokenOf(last.metadata.next),
    refetchInterval: 5_000,
  });
  const all = groups.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <div className="pagehead">
        <Title order={1}>Consumer groups</Title>
        <Text c="dimmed" size="sm" role="status">{groups.data ? `${count(all.length)}${groups.hasNextPage ? ' and more' : ''}` : ''}</Text>
      </div>
      <div className="pagehead" style={{ gap: 10, marginBottom: 12 }}>
        <TextInput data-search defaultValue={search.q ?? ''} onChange={(event) => onText(event.currentTarget.value)} aria-label="Search groups" placeholder="Search by name"
          leftSection={<IconSearch size={16} aria-hidden />} rightSection={<Kbd size="xs">/</Kbd>} style={{ flex: '1 1 240px', maxWidth: 420 }} />
        <SegmentedControl value={search.state ?? 'all'} aria-label="Which groups"
          onChange={(value) => void navigate({ search: (before) => ({ ...before, state: value === 'all' ? undefined : value }), replace: true })}
          data={[{ value: 'all', label: 'All' }, { value: 'STABLE', label: 'Stable' }, { value: 'EMPTY', label: 'Empty' }]} />
      </div>
      {groups.error && !groups.data ? <Failure error={groups.error} retry={() => void groups.refetch()} /> : (
        <div className="card scrollx" tabIndex={0} role="region" aria-label="Groups">
          <table className="table">
            <thead><tr><th>Group</th><th>State</th><th className="phone-hide">Protocol</th><th className="phone-hide">Assignor</th><th className="num">Lag</th><th className="num phone-hide">Furthest behind</th><th>Lag over time</th></tr></thead>
            <tbody>
              {!groups.data && <SkeletonRows columns={7} rows={6} />}
              {groups.data && all.length === 0 && (
                <EmptyRow columns={7}>{search.q || search.state ? 'No group matches.' : 'No group yet. Any Kafka consumer, a REST instance, or a stream of /groups/{group}/events makes one.'}</EmptyRow>
              )}
              {all.map((group) => <Row key={group.consumer_group_id} group={group} />)}
            </tbody>
          </table>
        </div>
      )}
      {groups.hasNextPage && <Button mt="md" variant="default" loading={groups.isFetchingNextPage} onClick={() => void groups.fetchNextPage()}>More groups</Button>}
    </>
  );
}

export const stateTone = (state: string): string => (state === 'STABLE' ? 'good' : state === 'EMPTY' ? '' : state === 'DEAD' ? 'bad' : 'warn');

function Row({ group }: { group: Group }) {
  const id = group.consumer_group_id;
  const { data: lag, error } = useQuery({ ...lagSummaryQuery(id), retry: false });
  return (
    <tr>
      <td style={{ maxWidth: 320 }} className="ellipsis"><Link className="plain" to="/groups/$group" params={{ group: id }} style={{ fontWeight: 550 }} title={id}>{id}</Link></td>
      <td><span className={`tag ${stateTone(group.state)}`}>{group.state.toLowerCase().replaceAll('_', ' ')}</span></td>
      <td className="phone-hide dim">{group.type?.toLowerCase()}</td>
      <td className="phone-hide dim">{group.partition_assignor}</td>
      <td className="num">{lag ? <b className={lag.total_lag >= 10_000 ? 'warn-text' : undefined}>{count(lag.total_lag)}</b> : error ? <span className="dim" title={error.message}>–</span> : <Skeleton height={12} width={50} ml="auto" />}</td>
      <td className="num phone-hide dim">{lag && lag.max_lag > 0 ? `${lag.max_lag_topic_name}-${lag.max_lag_partition_id}: ${compact(lag.max_lag)}` : ''}</td>
      <td><Sparkline points={history.points(`lag:${id}`)} width={110} /></td>
    </tr>
  );
}
