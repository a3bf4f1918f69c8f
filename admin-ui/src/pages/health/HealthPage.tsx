import { Button, Group, Skeleton, Text, Title } from '@mantine/core';
import { IconAlertOctagon, IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { fetchGroups, lagSummaryQuery, logDirsQuery, overviewQuery } from '../../api/queries';
import { causes, serious, type Cause, type GroupLag } from '../../lib/health';
import { bytes, count, plural } from '../../lib/format';
import { Failure } from '../../ui/Failure';
import { Stat } from '../../ui/Stat';
import { useElect } from '../nodes/useElect';

const MOST_GROUPS = 50;

export function HealthPage() {
  const overview = useQuery(overviewQuery);
  const living = overview.data?.nodes.filter((node) => !node.fenced) ?? [];
  const disks = useQueries({ queries: living.map((node) => logDirsQuery(node.id)) });
  const groups = useQuery({ queryKey: ['groups-first'], refetchInterval: 10_000, queryFn: ({ signal }) => fetchGroups({ page_size: MOST_GROUPS }, signal) });
  const lags = useQueries({ queries: (groups.data?.data ?? []).map((group) => ({ ...lagSummaryQuery(group.consumer_group_id), refetchInterval: 10_000, retry: false })) });

  if (overview.error && !overview.data) {
    return (
      <>
        <div className="pagehead"><Title order={1}>Health</Title></div>
        <Failure error={overview.error} retry={() => void overview.refetch()} />
      </>
    );
  }
  const data = overview.data;
  const known = disks.flatMap((disk) => (disk.data ? [disk.data] : []));
  const behind: GroupLag[] = (groups.data?.data ?? []).flatMap((group, i) => {
    const lag = lags[i]?.data;
    return lag ? [{ group: group.consumer_group_id, state: group.state, totalLag: lag.total_lag, maxLag: lag.max_lag, maxLagTopic: lag.max_lag_topic_name }] : [];
  });
  const found = data ? causes(data, known, behind) : [];
  const problems = serious(found).length;
  const used = known.flatMap((disk) => disk.log_dirs).reduce((sum, directory) => sum + directory.size_bytes, 0);
  const away = data?.nodes.filter((node) => node.fenced).length ?? 0;

  return (
    <>
      <div className="pagehead">
        <Title order={1}>Health</Title>
        {overview.error && <span className="tag bad" role="status">not reached; shown as last seen</span>}
      </div>
      <div className="stats">
        <Stat label="Nodes" value={data && `${data.nodes.length - away} of ${data.nodes.length}`} note={away > 0 ? `${away} away` : 'all here'} tone={away > 0 ? 'bad' : undefined} />
        <Stat label="Coordinators" value={data && (data.quorum ? `${data.quorum.members.filter((member) => member.silent_ms >= 0 && member.silent_ms <= 5000).length} of ${data.quorum.members.length}` : '0')} note={data?.quorum ? `led by ${data.quorum.leader_id}` : data ? 'none leads' : ''} tone={data && !data.quorum ? 'bad' : undefined} />
        <Stat label="Partitions in sync" value={data && count(data.well)} note={data && `of ${count(data.partitions)}`} tone={data && data.well < data.partitions ? 'warn' : undefined} />
        <Stat label="Topics" value={data && count(data.topics)} note={data && data.reassigning > 0 ? `${plural(data.reassigning, 'partition')} on the move` : ''} />
        <Stat label="On disk" value={known.length > 0 ? bytes(used) : data ? '–' : undefined} note={known.length < living.length ? `${known.length} of ${living.length} nodes answered` : ''} />
      </div>
      <Title order={2} mb="sm">{!data ? 'Looking …' : problems === 0 ? 'Nothing is wrong' : `${plural(problems, 'cause')}, the worst first`}</Title>
      <div aria-live="polite" style={{ display: 'grid', gap: 10 }}>
        {!data && [0, 1, 2].map((row) => <Skeleton key={row} height={92} radius="md" />)}
        {data && problems === 0 && (
          <div className="card" style={{ padding: 20 }}>
            <Group gap="sm" wrap="nowrap" align="flex-start">
              <IconCircleCheck color="var(--good)" size={24} aria-hidden style={{ flexShrink: 0 }} />
              <div>
                <Text fw={600}>Every partition has a leader and all of its replicas in sync</Text>
                <Text size="sm" c="dimmed">
                  Checked every 3 s: nodes, coordinators, leaders, replicas, disks{behind.length > 0 ? `, the lag of ${plural(behind.length, 'group')}` : ''}
                  {groups.data?.metadata.next ? ` (the first ${MOST_GROUPS})` : ''}. {data.topics === 0 ? 'There is no topic yet.' : ''}
                </Text>
                {data.topics === 0 && <Button size="xs" mt="sm" component={Link} to="/topics?create=true">Create a topic</Button>}
              </div>
            </Group>
          </div>
        )}
        {found.map((cause) => <CauseCard key={cause.id} cause={cause} />)}
      </div>
    </>
  );
}

const LOOK = {
  bad: { icon: IconAlertOctagon, colour: 'var(--bad)', word: 'Critical' },
  warn: { icon: IconAlertTriangle, colour: 'var(--warn)', word: 'Warning' },
  info: { icon: IconInfoCircle, colour: 'var(--accent)', word: 'Note' },
};

function CauseCard({ cause }: { cause: Cause }) {
  const look = LOOK[cause.severity];
  return (
    <section className="card" aria-label={cause.title} style={{ padding: '16px 18px', borderLeft: `4px solid ${look.colour}` }}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <look.icon color={look.colour} size={22} aria-label={look.word} style={{ flexShrink: 0, marginTop: 1 }} />
        <div className="grow">
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>{cause.title}</Text>
          <Text size="sm" mt={2}>{cause.why}</Text>
          <Text size="sm" c="dimmed" mt={2}><b>Do:</b> {cause.advice}</Text>
          <Group gap="xs" mt="xs">
            <Action cause={cause} />
            {(cause.partitions ?? []).slice(0, 6).map((each) => (
              <Link key={`${each.topic}-${each.partition}`} to="/topics/$topic/partitions" params={{ topic: each.topic }} className="tag" style={{ textDecoration: 'none', color: 'inherit' }}>
                {each.topic}-{each.partition}
              </Link>
            ))}
          </Group>
        </div>
      </Group>
    </section>
  );
}

function Action({ cause }: { cause: Cause }) {
  const navigate = useNavigate();
  const elect = useElect();
  const action = cause.action;
  if (!action) return null;
  if (action.kind === 'elect') return <Button size="xs" loading={elect.isPending} onClick={() => elect.mutate()}>{action.label}</Button>;
  if (action.kind === 'move') return <Button size="xs" onClick={() => void navigate({ to: '/nodes', search: { move: true } })}>{action.label}</Button>;
  if (action.kind === 'unwell') return <Button size="xs" variant="default" onClick={() => void navigate({ to: '/topics', search: { only: 'unwell' } })}>{action.label}</Button>;
  return <Button size="xs" variant="default" onClick={() => void navigate({ to: action.to })}>{action.label}</Button>;
}
