import { ActionIcon, Button, Menu, Skeleton, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconDots, IconHistory, IconTrash } from '@tabler/icons-react';
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../../api/client';
import { assignmentsQuery, deleteGroup, groupQuery, lagsQuery, membersQuery } from '../../api/queries';
import type { Assignment, GroupConsumer } from '../../api/types';
import { compact, count, plural, rate } from '../../lib/format';
import { history } from '../../lib/series';
import { Chart } from '../../ui/Chart';
import { ConfirmByName } from '../../ui/ConfirmByName';
import { Failure, tellDone } from '../../ui/Failure';
import { EmptyRow, SkeletonRows } from '../../ui/Rows';
import { Stat } from '../../ui/Stat';
import { stateTone } from './GroupsPage';
import { ResetWizard } from './ResetWizard';

/** `orders 0-3, 7`: partitions of each topic, runs together. */
export function spans(assignments: readonly Assignment[]): string {
  const topics = new Map<string, number[]>();
  for (const each of assignments) topics.set(each.topic_name, [...(topics.get(each.topic_name) ?? []), each.partition_id]);
  return [...topics].map(([topic, partitions]) => {
    const runs: string[] = [];
    const sorted = partitions.sort((a, b) => a - b);
    for (let i = 0; i < sorted.length; i++) {
      const from = sorted[i]!;
      while (sorted[i + 1] === sorted[i]! + 1) i++;
      runs.push(from === sorted[i] ? String(from) : `${from}–${sorted[i]}`);
    }
    return `${topic} ${runs.join(', ')}`;
  }).join('; ');
}

export function GroupPage() {
  const { group } = useParams({ from: '/groups/$group' });
  const search = useSearch({ from: '/groups/$group' });
  const navigate = useNavigate({ from: '/groups/$group' });
  const queries = useQueryClient();
  const info = useQuery(groupQuery(group));
  const members = useQuery(membersQuery(group));
  const lags = useQuery(lagsQuery(group));
  const assigned = useQueries({ queries: (members.data ?? []).slice(0, 100).map((member) => assignmentsQuery(group, member.consumer_id)) });
  const [deleting, setDeleting] = useState(false);
  const total = lags.data?.reduce((sum, lag) => sum + Math.max(0, lag.lag), 0);
  const points = history.points(`lag:${group}`);
  const trend = points.length > 4 ? ((points.at(-1)!.value - points[0]!.value) * 1000) / Math.max(1, points.at(-1)!.t - points[0]!.t) : null;
  const setReset = (on: boolean): void => void navigate({ search: on ? { reset: true } : {}, replace: true });

  if (info.error && !info.data) {
    return (
      <>
        <div className="pagehead"><Title order={1} className="ellipsis">{group}</Title></div>
        <Failure error={info.error} {...(info.error instanceof ApiError && info.error.code === 40405 ? {} : { retry: () => void info.refetch() })}>
          <Button size="xs" component={Link} to="/groups" variant="default">All groups</Button>
        </Failure>
      </>
    );
  }
  return (
    <>
      <div className="pagehead" style={{ flexWrap: 'nowrap' }}>
        <ActionIcon variant="subtle" color="gray" component={Link} to="/groups" aria-label="All groups"><IconArrowLeft size={18} /></ActionIcon>
        <Title order={1} className="ellipsis" title={group}>{group}</Title>
        {info.data ? <span className={`tag ${stateTone(info.data.state)}`}>{info.data.state.toLowerCase().replaceAll('_', ' ')}</span> : <Skeleton width={60} height={18} />}
        <div className="grow" />
        <Button leftSection={<IconHistory size={16} />} onClick={() => setReset(true)}>Reset offsets</Button>
        <Menu position="bottom-end" withArrow>
          <Menu.Target><ActionIcon variant="default" size={36} aria-label="More actions"><IconDots size={18} /></ActionIcon></Menu.Target>
          <Menu.Dropdown><Menu.Item leftSection={<IconTrash size={16} />} c="var(--bad)" onClick={() => setDeleting(true)}>Delete group</Menu.Item></Menu.Dropdown>
        </Menu>
      </div>
      <div className="stats">
        <Stat label="Lag" value={total === undefined ? (lags.error ? '–' : undefined) : count(total)} note={trend === null ? 'records' : Math.abs(trend) < 0.05 ? 'steady' : `${trend > 0 ? 'growing' : 'shrinking'} by ${rate(Math.abs(trend))}`} tone={total !== undefined && total >= 10_000 ? 'warn' : undefined} />
        <Stat label="Members" value={members.data && count(members.data.length)} note={info.data?.type?.toLowerCase()} />
        <Stat label="Partitions" value={lags.data && count(lags.data.length)} note={lags.data && `of ${plural(new Set(lags.data.map((lag) => lag.topic_name)).size, 'topic')}`} />
        <Stat label="Assignor" value={info.data && <span style={{ fontSize: 17 }}>{info.data.partition_assignor || '–'}</span>} />
      </div>
      <div className="card" style={{ padding: 16, marginBottom: 14 }}>
        <Title order={2} size="sm" mb="xs">Lag, as this tab has seen it (an hour at most)</Title>
        <Chart label="Lag" lines={[{ label: 'lag', points }]} height={180} format={compact} />
      </div>
      <Title order={2} size="md" mb="xs">Members</Title>
      <div className="card scrollx" tabIndex={0} role="region" aria-label="Members" style={{ marginBottom: 18 }}>
        <table className="table">
          <thead><tr><th>Member</th><th>Client</th><th>Reads</th></tr></thead>
          <tbody>
            {!members.data && <SkeletonRows columns={3} rows={2} />}
            {members.data?.length === 0 && <EmptyRow columns={3}>Nobody is in the group; its offsets stay where they are.</EmptyRow>}
            {members.data?.slice(0, 100).map((member, i) => <Member key={member.consumer_id} member={member} assigned={assigned[i]?.data} />)}
          </tbody>
        </table>
      </div>
      <Title order={2} size="md" mb="xs">Offsets and lag</Title>
      {lags.error && !lags.data ? <Failure error={lags.error} retry={() => void lags.refetch()} /> : (
        <div className="card scrollx" tabIndex={0} role="region" aria-label="Offsets and lag">
          <table className="table">
            <thead><tr><th>Topic</th><th className="num">Partition</th><th className="num">Committed</th><th className="num">End</th><th className="num">Lag</th><th className="phone-hide">Member</th></tr></thead>
            <tbody>
              {!lags.data && <SkeletonRows columns={6} rows={4} />}
              {lags.data?.length === 0 && <EmptyRow columns={6}>Nothing committed, nothing read.</EmptyRow>}
              {lags.data?.slice(0, 500).map((lag) => (
                <tr key={`${lag.topic_name}-${lag.partition_id}`}>
                  <td><Link className="plain" to="/topics/$topic" params={{ topic: lag.topic_name }}>{lag.topic_name}</Link></td>
                  <td className="num">{lag.partition_id}</td>
                  <td className="num mono">{lag.current_offset < 0 ? <span className="dim">none</span> : count(lag.current_offset)}</td>
                  <td className="num mono">{count(lag.log_end_offset)}</td>
                  <td className="num"><b className={lag.lag >= 10_000 ? 'warn-text' : lag.lag === 0 ? 'good-text' : undefined}>{lag.lag < 0 ? '–' : count(lag.lag)}</b></td>
                  <td className="phone-hide mono dim ellipsis" style={{ maxWidth: 220, fontSize: 12 }}>{lag.consumer_id}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {lags.data && lags.data.length > 500 && <Text size="sm" c="dimmed" mt="xs">The 500 partitions that are furthest behind, of {count(lags.data.length)}.</Text>}
      {search.reset && lags.data && (
        <ResetWizard group={group} lags={lags.data} members={members.data?.length ?? 0} {...(search.topic ? { topic: search.topic } : {})} onClose={() => setReset(false)} />
      )}
      <ConfirmByName
        opened={deleting} title="Delete this group" word={group} confirm="Delete group" onClose={() => setDeleting(false)}
        onConfirm={async () => {
          await deleteGroup(group);
          tellDone(`Group ${group} is deleted.`);
          await navigate({ to: '/groups' });
          await queries.invalidateQueries({ queryKey: ['groups'] });
        }}
      >
        What it has committed is forgotten: its consumers begin where their settings say. Records are not touched.
      </ConfirmByName>
    </>
  );
}

function Member({ member, assigned }: { member: GroupConsumer; assigned: Assignment[] | undefined }) {
  return (
    <tr>
      <td className="mono" style={{ fontSize: 13 }}>{member.consumer_id}{member.instance_id && <span className="tag" style={{ marginLeft: 8 }}>{member.instance_id}</span>}</td>
      <td>{member.client_id}{member.host ? <span className="dim"> {member.host}</span> : null}</td>
      <td>{assigned ? (assigned.length > 0 ? spans(assigned) : <span className="dim">nothing: there are more members than partitions</span>) : <Skeleton height={12} width={90} />}</td>
    </tr>
  );
}
