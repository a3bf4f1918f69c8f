import { Button, NumberInput, Text, Title } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { logDirsQuery, overviewQuery } from '../../api/queries';
import { CACHE_SECONDS, DISK_USE, DISK_WRITE_USE, NETWORK_USE, plan } from '../../lib/capacity';
import { bytes, count, plural } from '../../lib/format';
import { useStored } from '../../lib/storage';
import { Stat } from '../../ui/Stat';

const DEFAULTS = {
  recordsPerSecond: 10_000, recordBytes: 1_000, retentionHours: 168, replicationFactor: 3, consumers: 2, compression: 0.5, peak: 2,
  diskGb: 2_000, networkGbit: 10, diskMbps: 400, recordsPerPartition: 5_000,
};
type Values = typeof DEFAULTS;

const LOAD: { name: keyof Values; label: string; hint: string; min: number; max: number; step: number; decimals?: number; suffix?: string }[] = [
  { name: 'recordsPerSecond', label: 'Records per second', hint: 'average, all topics', min: 1, max: 1e9, step: 1_000 },
  { name: 'recordBytes', label: 'Bytes of a record', hint: 'key, value, headers', min: 1, max: 1e8, step: 100 },
  { name: 'peak', label: 'Peak over average', hint: 'at the busiest minute', min: 1, max: 100, step: 0.5, decimals: 2, suffix: '×' },
  { name: 'compression', label: 'Left by compression', hint: '0.5: half of the bytes; 1: none', min: 0.05, max: 1, step: 0.05, decimals: 2 },
  { name: 'retentionHours', label: 'Kept for', hint: '168 h are 7 days', min: 1, max: 1e6, step: 24, suffix: ' h' },
  { name: 'replicationFactor', label: 'Replicas', hint: 'of each partition', min: 1, max: 9, step: 1 },
  { name: 'consumers', label: 'Read how often', hint: 'by all groups together', min: 0, max: 1_000, step: 1, decimals: 1, suffix: '×' },
];
const NODE: typeof LOAD = [
  { name: 'diskGb', label: 'Disk of a node', hint: 'for logs', min: 1, max: 1e7, step: 100, suffix: ' GB' },
  { name: 'networkGbit', label: 'Network of a node', hint: 'each way', min: 0.1, max: 1_000, step: 1, decimals: 1, suffix: ' Gbit/s' },
  { name: 'diskMbps', label: 'Disk writes', hint: 'sustained, with syncs', min: 1, max: 1e5, step: 50, suffix: ' MB/s' },
  { name: 'recordsPerPartition', label: 'Of one partition', hint: 'what one consumer can do', min: 1, max: 1e7, step: 500, suffix: ' records/s' },
];

const percent = (share: number): string => `${Math.round(share * 100)} %`;

export function CapacityPage() {
  const [values, setValues] = useStored<Values>('tidemark-capacity', DEFAULTS);
  const now = useQuery(overviewQuery).data;
  const disks = useQueries({ queries: (now?.nodes.filter((node) => !node.fenced) ?? []).map((node) => logDirsQuery(node.id)) });
  const result = plan(values, { diskBytes: values.diskGb * 1e9, networkBitsPerSecond: values.networkGbit * 1e9, diskBytesPerSecond: values.diskMbps * 1e6, recordsPerPartition: values.recordsPerPartition });
  const stored = disks.flatMap((disk) => disk.data?.log_dirs ?? []).reduce((sum, directory) => sum + directory.size_bytes, 0);
  const rows: [string, string, number][] = [
    ['Disk', `${bytes(result.diskBytes)} of ${bytes(values.diskGb * 1e9)} a node, ${percent(DISK_USE)} used at most`, result.nodesBy.disk],
    ['Network', `${bytes(result.networkInBytesPerSecond)}/s in, ${bytes(result.networkOutBytesPerSecond)}/s out, ${percent(NETWORK_USE)} used at most`, result.nodesBy.network],
    ['Disk writes', `${bytes(result.diskWriteBytesPerSecond)}/s, ${percent(DISK_WRITE_USE)} used at most`, result.nodesBy.diskWrites],
    ['Replicas', `${values.replicationFactor} copies, each on a node of its own`, result.nodesBy.replicas],
  ];
  const field = (each: (typeof LOAD)[number]) => (
    <NumberInput
      key={each.name} label={each.label} description={each.hint} value={values[each.name]} min={each.min} max={each.max} step={each.step} thousandSeparator=","
      decimalScale={each.decimals ?? 0} {...(each.suffix ? { suffix: each.suffix } : {})} clampBehavior="blur"
      onChange={(value) => { if (typeof value === 'number' && value >= each.min && value <= each.max) setValues({ ...values, [each.name]: value }); }}
    />
  );
  return (
    <>
      <div className="pagehead">
        <Title order={1}>Capacity planner</Title>
        <div className="grow" />
        <Button variant="default" onClick={() => setValues(DEFAULTS)}>Start again</Button>
      </div>
      <div className="stats" aria-live="polite">
        <Stat label="Nodes" value={count(result.nodes)} note={`because of ${result.because}`} tone={now && now.nodes.length < result.nodes ? 'warn' : undefined} />
        <Stat label="Partitions" value={count(result.partitions)} note={`${count(result.partitions / result.nodes)} led by each node`} />
        <Stat label="On disk" value={bytes(result.diskBytes)} note={`${bytes(result.diskBytes / result.nodes)} a node`} />
        <Stat label="Written at the peak" value={`${bytes(result.writeBytesPerSecond)}/s`} note="compressed, once" />
        <Stat label="Page cache" value={bytes(result.pageCacheBytes / result.nodes)} note={`memory a node, for ${CACHE_SECONDS} s`} />
      </div>
      <div style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(300px, 1fr))', gap: 14, alignItems: 'start' }}>
        <section className="card" style={{ padding: 18 }} aria-label="What it shall bear">
          <Title order={2} size="md" mb="sm">What it shall bear</Title>
          <div className="fields">{LOAD.map(field)}</div>
        </section>
        <div style={{ display: 'grid', gap: 14 }}>
          <section className="card" style={{ padding: 18 }} aria-label="What a node has">
            <Title order={2} size="md" mb="sm">What a node has</Title>
            <div className="fields">{NODE.map(field)}</div>
          </section>
          <section className="card scrollx" aria-label="Why so many nodes" tabIndex={0} role="region">
            <table className="table">
              <thead><tr><th>Needs</th><th>Figures</th><th className="num">Nodes</th></tr></thead>
              <tbody>{rows.map(([name, figures, nodes]) => <tr key={name}><td><b>{name}</b></td><td className="dim">{figures}</td><td className="num">{nodes === result.nodes ? <b>{count(nodes)}</b> : count(nodes)}</td></tr>)}</tbody>
            </table>
          </section>
        </div>
      </div>
      {now && (
        <Text size="sm" c="dimmed" mt="md">
          This cluster has {plural(now.nodes.length, 'node')}, {plural(now.partitions, 'partition')} and {bytes(stored)} of logs.
          Compaction, headers of batches and indexes are not in these figures; leave a node more than they say, so that one may be lost.
        </Text>
      )}
    </>
  );
}
