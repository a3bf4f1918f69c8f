import { Title } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { logDirsQuery, overviewQuery, partitionsQuery } from '../../api/queries';
import { bytes, compact, count, rate } from '../../lib/format';
import { history } from '../../lib/series';
import { Chart } from '../../ui/Chart';
import { Stat } from '../../ui/Stat';

export function MetricsTab() {
  const { topic } = useParams({ from: '/topics/$topic' });
  const { data } = useQuery(partitionsQuery(topic));
  const nodes = useQuery(overviewQuery).data?.nodes.filter((node) => !node.fenced) ?? [];
  const disks = useQueries({ queries: nodes.map((node) => logDirsQuery(node.id)) });
  const onDisk = disks.flatMap((disk) => disk.data?.log_dirs ?? []).flatMap((directory) => directory.topics).filter((each) => each.name === topic);
  const size = onDisk.reduce((sum, each) => sum + each.size_bytes, 0);
  const rates = history.rates(`end:${topic}`);
  const records = data?.partitions.reduce((sum, each) => sum + Math.max(0, each.high_watermark - Math.max(0, each.log_start_offset)), 0);
  const copies = data?.partitions[0]?.replicas.length ?? 1;
  const busiest = (data?.partitions ?? [])
    .map((each) => ({ partition: each.partition, value: history.rates(`end:${topic}/${each.partition}`).at(-1)?.value ?? 0 }))
    .sort((a, b) => b.value - a.value);
  const most = Math.max(1e-9, busiest[0]?.value ?? 0);
  return (
    <>
      <div className="stats">
        <Stat label="Written now" value={rates.length > 0 ? rate(rates.at(-1)!.value) : data ? '…' : undefined} note="records" />
        <Stat label="Records" value={records === undefined ? undefined : compact(records)} note="by offsets" />
        <Stat label="On disk" value={onDisk.length > 0 ? bytes(size) : data ? '–' : undefined} note={`${plural(onDisk.reduce((sum, each) => sum + each.replicas, 0))} on ${onDisk.length} of ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`} />
        <Stat label="A record on disk" value={records && size ? bytes(Math.round(size / copies / records)) : data ? '–' : undefined} note="average, one replica" />
      </div>
      <div className="card" style={{ padding: 16, marginBottom: 14 }}>
        <Title order={2} size="sm" mb="xs">Records written per second</Title>
        <Chart label="Records written per second" lines={[{ label: 'written', points: rates }]} format={rate} />
      </div>
      <div className="card" style={{ padding: 16 }}>
        <Title order={2} size="sm" mb="xs">By partition</Title>
        <div style={{ display: 'grid', gridTemplateColumns: '40px 1fr 90px 110px', gap: '8px 12px', alignItems: 'center', fontSize: 13 }}>
          {busiest.slice(0, 24).map((each) => {
            const row = data?.partitions.find((partition) => partition.partition === each.partition);
            return (
              <div key={each.partition} style={{ display: 'contents' }}>
                <b>{each.partition}</b>
                <div className="bar" aria-hidden><div style={{ width: `${(each.value / most) * 100}%` }} /></div>
                <span style={{ textAlign: 'right' }}>{rate(each.value)}</span>
                <span className="dim" style={{ textAlign: 'right' }}>{row && row.high_watermark >= 0 ? count(row.high_watermark - row.log_start_offset) : '–'}</span>
              </div>
            );
          })}
        </div>
      </div>
    </>
  );
}

const plural = (replicas: number): string => `${count(replicas)} ${replicas === 1 ? 'replica' : 'replicas'}`;
