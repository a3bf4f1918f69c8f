import { Button, Group, Menu, Progress, Skeleton, Text, Title, ActionIcon } from '@mantine/core';
import { IconArrowsExchange, IconCrown, IconDots } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { cancelMove, drain, forgetNode, logDirsQuery, movesQuery, overviewQuery } from '../../api/queries';
import type { NodeInfo } from '../../api/types';
import { bytes, count, duration, plural } from '../../lib/format';
import { MoveProgress, bytesOf } from '../../lib/moves';
import { ConfirmByName } from '../../ui/ConfirmByName';
import { Failure, tellDone, tellFailure } from '../../ui/Failure';
import { SkeletonRows } from '../../ui/Rows';
import { Stat } from '../../ui/Stat';
import { MoveWizard } from './MoveWizard';
import { Throttle } from './Throttle';
import { useElect } from './useElect';

/** How uneven: the most above the even share, in percent of it. */
export function skew(loads: readonly number[]): number {
  const sum = loads.reduce((total, load) => total + load, 0);
  return loads.length < 2 || sum === 0 ? 0 : Math.round((Math.max(...loads) / (sum / loads.length) - 1) * 100);
}

export function NodesPage() {
  const search = useSearch({ from: '/nodes' });
  const navigate = useNavigate({ from: '/nodes' });
  const { data, error, refetch } = useQuery(overviewQuery);
  const elect = useElect();
  const living = data?.nodes.filter((node) => !node.fenced) ?? [];
  const leaderSkew = skew(living.filter((node) => !node.draining).map((node) => node.leaders));
  const replicaSkew = skew(living.map((node) => node.replicas));
  if (error && !data) {
    return (
      <>
        <div className="pagehead"><Title order={1}>Nodes</Title></div>
        <Failure error={error} retry={() => void refetch()} />
      </>
    );
  }
  return (
    <>
      <div className="pagehead">
        <Title order={1}>Nodes</Title>
        <div className="grow" />
        <Button variant="default" leftSection={<IconCrown size={16} />} onClick={() => elect.mutate()} loading={elect.isPending}>Elect preferred leaders</Button>
        <Button leftSection={<IconArrowsExchange size={16} />} onClick={() => void navigate({ search: { move: true } })} data-new>Move replicas</Button>
      </div>
      <div className="stats">
        <Stat label="Alive" value={data && `${living.length} of ${data.nodes.length}`} tone={data && living.length < data.nodes.length ? 'bad' : undefined} note={data && plural(data.partitions, 'partition')} />
        <Stat label="Leadership skew" value={data && `${leaderSkew} %`} note="the busiest above an even share" tone={leaderSkew > 50 ? 'warn' : undefined} />
        <Stat label="Replica skew" value={data && `${replicaSkew} %`} note="the fullest above an even share" tone={replicaSkew > 50 ? 'warn' : undefined} />
        <Stat label="Not led by the preferred" value={data && count(data.not_preferred_leader)} note={data && `that could lead; of ${plural(data.partitions, 'partition')}`} />
      </div>
      <div className="card scrollx" tabIndex={0} role="region" aria-label="Nodes">
        <table className="table">
          <thead><tr><th>Node</th><th>State</th><th className="phone-hide">Address</th><th className="phone-hide">Rack</th><th style={{ minWidth: 170 }}>Leads</th><th className="num">Replicas</th><th className="num">Out of sync</th><th style={{ minWidth: 190 }}>Disk</th><th /></tr></thead>
          <tbody>
            {!data && <SkeletonRows columns={9} rows={3} />}
            {data?.nodes.map((node) => <NodeRow key={node.id} node={node} most={Math.max(1, ...data.nodes.map((each) => each.leaders))} />)}
          </tbody>
        </table>
      </div>
      <Moving total={data?.reassigning ?? 0} />
      {search.move && data && <MoveWizard nodes={data.nodes} onClose={() => void navigate({ search: {} })} />}
    </>
  );
}

function NodeRow({ node, most }: { node: NodeInfo; most: number }) {
  const queries = useQueryClient();
  const disks = useQuery({ ...logDirsQuery(node.id), enabled: !node.fenced });
  const [forgetting, setForgetting] = useState(false);
  const draining = useMutation({
    mutationFn: (on: boolean) => drain(node.id, on),
    onSuccess: async (_, on) => {
      tellDone(on ? `Node ${node.id} drains: others take over what it leads.` : `Node ${node.id} takes part again.`);
      await queries.invalidateQueries({ queryKey: ['overview'] });
    },
    onError: (failure) => tellFailure(`Node ${node.id}`, failure),
  });
  const address = node.listeners[0];
  return (
    <tr>
      <td><b>{node.id}</b></td>
      <td>{node.fenced ? <span className="tag bad">away</span> : node.draining ? <span className="tag warn">draining</span> : <span className="tag good">alive</span>}</td>
      <td className="phone-hide mono" style={{ fontSize: 13 }}>{address ? `${address.host}:${address.port}` : ''}</td>
      <td className="phone-hide">{node.rack ?? <span className="dim">–</span>}</td>
      <td><Group gap={8} wrap="nowrap"><div className="bar" style={{ width: 90 }} aria-hidden><div style={{ width: `${(node.leaders / most) * 100}%` }} /></div><span>{count(node.leaders)}</span></Group></td>
      <td className="num">{count(node.replicas)}</td>
      <td className="num">{node.out_of_sync > 0 ? <b className="bad-text">{count(node.out_of_sync)}</b> : <span className="dim">0</span>}</td>
      <td>
        {node.fenced ? <span className="dim">unknown</span> : disks.data ? disks.data.log_dirs.map((directory) => {
          const used = directory.total_bytes > 0 ? 1 - directory.usable_bytes / directory.total_bytes : 0;
          return directory.online ? (
            <div key={directory.path} title={`${directory.path}: ${bytes(directory.size_bytes)} of logs; ${bytes(directory.usable_bytes)} of ${bytes(directory.total_bytes)} left`}>
              <div style={{ fontSize: 12 }}>{bytes(directory.size_bytes)} of logs · {bytes(directory.usable_bytes)} left</div>
              <div className="bar" style={{ height: 5 }} aria-hidden><div style={{ width: `${used * 100}%`, background: used > 0.95 ? 'var(--bad)' : used > 0.85 ? 'var(--warn)' : undefined }} /></div>
            </div>
          ) : <div key={directory.path}><span className="tag bad">offline</span> {directory.path}</div>;
        }) : disks.error ? <span className="dim" title={disks.error.message}>no answer</span> : <Skeleton height={22} />}
      </td>
      <td>
        <Menu position="bottom-end" withArrow>
          <Menu.Target><ActionIcon variant="subtle" color="gray" aria-label={`Actions of node ${node.id}`} loading={draining.isPending}><IconDots size={18} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            {node.draining
              ? <Menu.Item onClick={() => draining.mutate(false)}>Take the drain back</Menu.Item>
              : <Menu.Item disabled={node.fenced} onClick={() => draining.mutate(true)}>Drain: others lead</Menu.Item>}
            <Menu.Item component={Link} to="/nodes?move=true">Move replicas …</Menu.Item>
            <Menu.Item disabled={!node.fenced || node.replicas > 0} onClick={() => setForgetting(true)} c="var(--bad)">Forget (away and empty)</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <ConfirmByName opened={forgetting} title={`Forget node ${node.id}`} word={String(node.id)} confirm="Forget" onClose={() => setForgetting(false)}
          onConfirm={async () => {
            await forgetNode(node.id);
            tellDone(`Node ${node.id} is forgotten.`);
            setForgetting(false);
            await queries.invalidateQueries({ queryKey: ['overview'] });
          }}
        >
          It can register again under its id later.
        </ConfirmByName>
      </td>
    </tr>
  );
}

function Moving({ total }: { total: number }) {
  const queries = useQueryClient();
  const moving = useQuery({ ...movesQuery, enabled: total > 0 });
  const [progress] = useState(() => new MoveProgress());
  const moves = total > 0 ? (moving.data?.moves ?? []) : [];
  const left = total > 0 ? (moving.data?.total ?? total) : 0;
  const sum = useMemo(() => progress.take(moves, moving.dataUpdatedAt), [progress, moves, moving.dataUpdatedAt]);
  const cancel = useMutation({
    mutationFn: ({ topic, partition }: { topic: string; partition: number }) => cancelMove(topic, partition),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['reassignments'] }),
    onError: (failure) => tellFailure('The move goes on', failure),
  });
  if (left === 0) return null;
  const seconds = sum.perSecond && sum.perSecond > 1 ? (sum.total - sum.copied) / sum.perSecond : null;
  return (
    <section aria-label="On the move" style={{ marginTop: 20 }}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="md">{plural(left, 'partition')} on the move</Title>
        <Text size="sm" c="dimmed" data-testid="moved">
          {bytes(sum.copied)} of {bytes(sum.total)} copied
          {sum.perSecond !== null && ` · ${bytes(Math.round(sum.perSecond))}/s`}
          {seconds !== null && seconds > 0 && ` · about ${duration(Math.max(1, Math.round(seconds)) * 1000)} left`}
          {sum.done > 0 && ` · ${plural(sum.done, 'partition')} done`}
        </Text>
      </Group>
      <Progress value={sum.total > 0 ? (sum.copied / sum.total) * 100 : 0} mb="sm" aria-label="Copied so far" />
      <div className="card scrollx" tabIndex={0} role="region" aria-label="Partitions on the move">
        <table className="table">
          <thead><tr><th>Partition</th><th>Comes to</th><th>Leaves</th><th className="num">Copied</th><th style={{ minWidth: 110 }} /><th /></tr></thead>
          <tbody>
            {moves.slice(0, 100).map((each) => {
              const part = bytesOf(each);
              return (
                <tr key={`${each.topic_name}-${each.partition_id}`}>
                  <td>{each.topic_name}-{each.partition_id}</td>
                  <td>{each.copies.map((copy) => `node ${copy.broker_id}`).join(', ') || <span className="dim">–</span>}</td>
                  <td>{each.removing_replicas.map((id) => `node ${id}`).join(', ') || <span className="dim">–</span>}</td>
                  <td className="num">{part ? `${bytes(part.copied)} of ${bytes(part.total)}` : <span className="dim">no answer</span>}</td>
                  <td><div className="bar" aria-hidden><div style={{ width: `${part && part.total > 0 ? (part.copied / part.total) * 100 : 0}%` }} /></div></td>
                  <td className="num"><Button size="compact-xs" variant="default" onClick={() => cancel.mutate({ topic: each.topic_name, partition: each.partition_id })}>Cancel</Button></td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <div className="card" style={{ padding: 16, marginTop: 12 }}><Throttle /></div>
    </section>
  );
}
