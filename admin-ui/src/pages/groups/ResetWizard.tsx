import { Alert, Button, Group, Modal, MultiSelect, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { resetOffsets, type ResetOrder } from '../../api/queries';
import type { Lag, ResetRow } from '../../api/types';
import { count, plural } from '../../lib/format';
import { orderOf, type Strategy } from '../../lib/reset';
import { messageOf, tellDone } from '../../ui/Failure';

interface Props {
  group: string;
  lags: readonly Lag[];
  members: number;
  topic?: string;
  onClose: () => void;
}

const STRATEGIES: { value: Strategy; label: string }[] = [
  { value: 'earliest', label: 'Earliest' },
  { value: 'latest', label: 'Latest' },
  { value: 'time', label: 'Time' },
  { value: 'shift', label: 'Shift' },
  { value: 'offset', label: 'Exact' },
];

/** First what is wanted, then what would become of each partition, then it is done. */
export function ResetWizard({ group, lags, members, topic, onClose }: Props) {
  const queries = useQueryClient();
  const all = [...new Set(lags.map((lag) => lag.topic_name))].sort();
  const [topics, setTopics] = useState<string[]>(topic ? [topic] : all);
  const [strategy, setStrategy] = useState<Strategy>('earliest');
  const [text, setText] = useState({ time: '1h', shift: '-100' });
  const [offsets, setOffsets] = useState<Record<string, string>>(() =>
    Object.fromEntries(lags.map((lag) => [`${lag.topic_name}/${lag.partition_id}`, lag.current_offset >= 0 ? String(lag.current_offset) : ''])));
  const [preview, setPreview] = useState<{ order: ResetOrder; rows: ResetRow[] } | null>(null);

  const dry = useMutation({
    mutationFn: async () => {
      const order = orderOf({ strategy, topics, text: strategy === 'time' ? text.time : text.shift, offsets }, Date.now());
      return { order, rows: await resetOffsets(group, order, true) };
    },
    onSuccess: setPreview,
  });
  const apply = useMutation({
    mutationFn: (order: ResetOrder) => resetOffsets(group, order, false),
    onSuccess: async (rows) => {
      tellDone(`${plural(rows.length, 'partition')} of ${group} reset.`);
      await queries.invalidateQueries({ queryKey: ['lags', group] });
      onClose();
    },
  });
  const changed = preview?.rows.filter((row) => row.before !== row.after) ?? [];
  const again = preview ? changed.reduce((sum, row) => sum + Math.max(0, (row.before ?? row.log_end_offset) - row.after), 0) : 0;
  const skipped = preview ? changed.reduce((sum, row) => sum + Math.max(0, row.after - (row.before ?? row.after)), 0) : 0;

  return (
    <Modal opened onClose={onClose} size="xl" title={<Text fw={650} size="lg">Reset the offsets of {group}</Text>}>
      {!preview ? (
        <form onSubmit={(event) => { event.preventDefault(); dry.mutate(); }}>
          {members > 0 && (
            <Alert color="yellow" variant="light" icon={<IconInfoCircle size={18} />} mb="md" styles={{ message: { color: 'var(--mantine-color-text)' } }}>
              {members === 1 ? 'One member is' : `${members} members are`} in the group. Offsets can be reset only while nobody is: stop the consumers first.
            </Alert>
          )}
          <MultiSelect label="Topics" data={all.includes(topic ?? '') || !topic ? all : [...all, topic]} value={topics} onChange={setTopics} searchable={all.length > 8} clearable mb="md" />
          <Text size="sm" fw={500} mb={4} id="strategy-label">Go to</Text>
          <SegmentedControl fullWidth data={STRATEGIES} value={strategy} onChange={(value) => { setStrategy(value as Strategy); dry.reset(); }} aria-labelledby="strategy-label" mb="md" />
          {strategy === 'earliest' && <Text size="sm" c="dimmed">The first record that is still there: everything is read again.</Text>}
          {strategy === 'latest' && <Text size="sm" c="dimmed">The end: everything until now is skipped.</Text>}
          {strategy === 'time' && <TextInput data-autofocus label="The first record that is not older than" description="15m, 2h, 1d ago; or 2026-01-31 12:00" value={text.time} onChange={(event) => setText({ ...text, time: event.currentTarget.value })} />}
          {strategy === 'shift' && <TextInput data-autofocus label="By so many records, in each partition" description="-100 goes back, 100 forward" value={text.shift} onChange={(event) => setText({ ...text, shift: event.currentTarget.value })} />}
          {strategy === 'offset' && (
            <div className="card" style={{ maxHeight: 280, overflow: 'auto' }}>
              <table className="table">
                <thead><tr><th>Partition</th><th className="num">Committed</th><th className="num">End</th><th>Next offset to read</th></tr></thead>
                <tbody>
                  {lags.filter((lag) => topics.includes(lag.topic_name)).sort((a, b) => a.topic_name.localeCompare(b.topic_name) || a.partition_id - b.partition_id).map((lag) => {
                    const place = `${lag.topic_name}/${lag.partition_id}`;
                    return (
                      <tr key={place}>
                        <td>{lag.topic_name}-{lag.partition_id}</td>
                        <td className="num mono">{lag.current_offset < 0 ? '–' : count(lag.current_offset)}</td>
                        <td className="num mono">{count(lag.log_end_offset)}</td>
                        <td><TextInput size="xs" w={130} inputMode="numeric" aria-label={`Offset of ${lag.topic_name}, partition ${lag.partition_id}`} value={offsets[place] ?? ''} onChange={(event) => setOffsets({ ...offsets, [place]: event.currentTarget.value })} /></td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          )}
          {dry.error && <Text role="alert" c="var(--bad)" size="sm" mt="md" fw={500}>{messageOf(dry.error)}</Text>}
          <Group justify="flex-end" mt="lg" gap="sm">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" loading={dry.isPending}>Try it (dry run)</Button>
          </Group>
        </form>
      ) : (
        <>
          <Text size="sm" mb="sm">
            {changed.length === 0 ? 'Nothing would change.' : (
              <><b>{plural(changed.length, 'partition')}</b> would change: {again > 0 ? `about ${plural(again, 'record')} read again` : ''}{again > 0 && skipped > 0 ? ', ' : ''}{skipped > 0 ? `about ${plural(skipped, 'record')} skipped` : ''}. Nothing is changed yet.</>
            )}
          </Text>
          <div className="card" style={{ maxHeight: 360, overflow: 'auto' }} tabIndex={0} role="region" aria-label="What would change">
            <table className="table">
              <thead><tr><th>Partition</th><th className="num">Before</th><th className="num">After</th><th className="num">Change</th><th>Why</th></tr></thead>
              <tbody>
                {preview.rows.map((row) => (
                  <tr key={`${row.topic_name}-${row.partition_id}`}>
                    <td>{row.topic_name}-{row.partition_id}</td>
                    <td className="num mono">{row.before === null || row.before < 0 ? <span className="dim">none</span> : count(row.before)}</td>
                    <td className="num mono"><b>{count(row.after)}</b></td>
                    <td className="num">{row.before === null || row.before < 0 ? '' : row.after === row.before ? <span className="dim">same</span> : `${row.after > row.before ? '+' : '−'}${count(Math.abs(row.after - row.before))}`}</td>
                    <td className="dim">{row.why}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {apply.error && <Text role="alert" c="var(--bad)" size="sm" mt="md" fw={500}>{messageOf(apply.error)} Nothing was changed.</Text>}
          <Group justify="space-between" mt="lg">
            <Button variant="default" onClick={() => { setPreview(null); apply.reset(); }}>Back</Button>
            <Group gap="sm">
              <Button variant="default" onClick={onClose}>Cancel</Button>
              <Button loading={apply.isPending} disabled={changed.length === 0} onClick={() => apply.mutate(preview.order)}>Reset {plural(changed.length, 'partition')}</Button>
            </Group>
          </Group>
        </>
      )}
    </Modal>
  );
}
