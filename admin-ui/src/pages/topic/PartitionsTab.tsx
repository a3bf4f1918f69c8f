import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { overviewQuery, partitionsQuery } from '../../api/queries';
import type { PartitionRow } from '../../api/types';
import { count, rate } from '../../lib/format';
import { history } from '../../lib/series';
import { EmptyRow, SkeletonRows } from '../../ui/Rows';
import { Sparkline } from '../../ui/Sparkline';

const WORDS = { without_leader: ['no leader', 'bad'], under_min_isr: ['below min ISR', 'bad'], under_replicated: ['behind', 'warn'], well: ['in sync', 'good'] } as const;

/** Which node has which replica, and how it does: one look tells where it hurts. */
export function PartitionsTab() {
  const { topic } = useParams({ from: '/topics/$topic' });
  const { data } = useQuery(partitionsQuery(topic));
  const overview = useQuery(overviewQuery).data;
  const nodes = [...new Set([...(overview?.nodes.map((node) => node.id) ?? []), ...(data?.partitions.flatMap((each) => each.replicas) ?? [])])].sort((a, b) => a - b);
  const shown = nodes.length <= 24 ? nodes : [...new Set(data?.partitions.flatMap((each) => each.replicas) ?? [])].sort((a, b) => a - b).slice(0, 24);
  return (
    <>
      <div className="card scrollx" tabIndex={0} role="region" aria-label="Partitions">
        <table className="table">
          <thead>
            <tr>
              <th>Partition</th><th>State</th>
              {shown.map((id) => <th key={id} style={{ textAlign: 'center', padding: '9px 4px' }}>Node {id}</th>)}
              <th className="num">Log start</th><th className="num">High watermark</th><th className="num">Records</th><th className="num">Epoch</th><th>Written</th>
            </tr>
          </thead>
          <tbody>
            {!data && <SkeletonRows columns={7 + shown.length} />}
            {data?.partitions.length === 0 && <EmptyRow columns={7 + shown.length}>No partitions</EmptyRow>}
            {data?.partitions.map((each) => {
              const rates = history.rates(`end:${topic}/${each.partition}`);
              const [word, tone] = WORDS[each.condition];
              return (
                <tr key={each.partition}>
                  <td><b>{each.partition}</b></td>
                  <td><span className={`tag ${tone}`}>{word}</span>{(each.adding.length > 0 || each.removing.length > 0) && <span className="tag" style={{ marginLeft: 6 }}>on the move</span>}</td>
                  {shown.map((id) => <Cell key={id} id={id} row={each} />)}
                  <td className="num mono">{each.log_start_offset < 0 ? '–' : count(each.log_start_offset)}</td>
                  <td className="num mono">{each.high_watermark < 0 ? '–' : count(each.high_watermark)}</td>
                  <td className="num">{each.high_watermark < 0 ? '–' : count(each.high_watermark - each.log_start_offset)}</td>
                  <td className="num">{each.leader_epoch}</td>
                  <td style={{ minWidth: 150 }}><div style={{ display: 'flex', gap: 8, alignItems: 'center' }}><Sparkline points={rates} width={64} /><span className="dim">{rates.length > 0 ? rate(rates.at(-1)!.value) : ''}</span></div></td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <Title order={2} size="sm" mt="lg" mb={6}>How to read it</Title>
      <Text size="sm" c="dimmed" component="div" style={{ display: 'flex', gap: 18, flexWrap: 'wrap' }}>
        <span><Key kind="leader">L</Key> leads</span>
        <span><Key kind="insync">✓</Key> in sync</span>
        <span><Key kind="behind">✗</Key> has fallen out of sync</span>
        <span><Key kind="">·</Key> no replica</span>
        <span>In bold frame: the preferred leader. min.insync.replicas is {data?.min_insync_replicas ?? '…'}.</span>
      </Text>
    </>
  );
}

function look(id: number, row: PartitionRow): [string, string, string] {
  if (row.leader === id) return ['leader', 'L', 'leads'];
  if (row.isr.includes(id)) return ['insync', '✓', 'in sync'];
  if (row.adding.includes(id)) return ['behind', '+', 'is being filled'];
  if (row.replicas.includes(id)) return ['behind', row.elr.includes(id) ? 'e' : '✗', row.elr.includes(id) ? 'eligible to lead, not in sync' : 'not in sync'];
  return ['', '·', 'no replica'];
}

function Cell({ id, row }: { id: number; row: PartitionRow }) {
  const [kind, sign, words] = look(id, row);
  const preferred = row.replicas[0] === id;
  return (
    <td style={{ textAlign: 'center', padding: '4px' }} title={`Node ${id}: ${words}${preferred ? ', preferred' : ''}`}>
      <span className={`rep ${kind}`} style={preferred ? { boxShadow: '0 0 0 2px var(--line-strong)' } : undefined}>{sign}</span>
      <span style={{ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }}>{words}</span>
    </td>
  );
}

function Key({ kind, children }: { kind: string; children: string }) {
  return <span className={`rep ${kind}`} aria-hidden>{children}</span>;
}
