import { Button, Skeleton } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { fetchGroups, lagsQuery } from '../../api/queries';
import { compact, count } from '../../lib/format';
import { history } from '../../lib/series';
import { Failure } from '../../ui/Failure';
import { EmptyRow, SkeletonRows } from '../../ui/Rows';
import { Sparkline } from '../../ui/Sparkline';

const MOST = 50;

export function GroupsTab() {
  const { topic } = useParams({ from: '/topics/$topic' });
  const groups = useQuery({ queryKey: ['topic-groups', topic], refetchInterval: 5_000, queryFn: ({ signal }) => fetchGroups({ topic, page_size: MOST }, signal) });
  const list = groups.data?.data ?? [];
  const lags = useQueries({ queries: list.map((group) => lagsQuery(group.consumer_group_id)) });
  if (groups.error && !groups.data) return <Failure error={groups.error} retry={() => void groups.refetch()} />;
  return (
    <div className="card scrollx" tabIndex={0} role="region" aria-label="Groups that read this topic">
      <table className="table">
        <thead><tr><th>Group</th><th>State</th><th className="num">Lag in this topic</th><th className="num">Furthest partition</th><th>Lag of the group</th><th /></tr></thead>
        <tbody>
          {!groups.data && <SkeletonRows columns={6} rows={3} />}
          {groups.data && list.length === 0 && <EmptyRow columns={6}>No group reads this topic, or has committed an offset of it.</EmptyRow>}
          {list.map((group, i) => {
            const here = lags[i]?.data?.filter((lag) => lag.topic_name === topic);
            const total = here?.reduce((sum, lag) => sum + Math.max(0, lag.lag), 0);
            const worst = here?.reduce<(typeof here)[number] | undefined>((max, lag) => (max === undefined || lag.lag > max.lag ? lag : max), undefined);
            return (
              <tr key={group.consumer_group_id}>
                <td><Link className="plain" to="/groups/$group" params={{ group: group.consumer_group_id }} style={{ fontWeight: 550 }}>{group.consumer_group_id}</Link></td>
                <td><span className={`tag ${group.state === 'STABLE' ? 'good' : ''}`}>{group.state.toLowerCase()}</span></td>
                <td className="num">{total === undefined ? <Skeleton height={12} width={50} ml="auto" /> : count(total)}</td>
                <td className="num dim">{worst ? `${worst.partition_id}: ${compact(worst.lag)}` : ''}</td>
                <td><Sparkline points={history.points(`lag:${group.consumer_group_id}`)} /></td>
                <td className="num"><Button size="compact-xs" variant="default" component={Link} to={`/groups/${encodeURIComponent(group.consumer_group_id)}?reset=true&topic=${encodeURIComponent(topic)}`}>Reset</Button></td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
