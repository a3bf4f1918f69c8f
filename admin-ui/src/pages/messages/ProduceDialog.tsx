import { ActionIcon, Button, Checkbox, Group, Modal, NumberInput, Select, Text, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { produceLines } from '../../api/queries';
import { count, plural } from '../../lib/format';
import { print } from '../../lib/lossless';
import { linesOf, TEMPLATES, type Draft } from '../../lib/produce';
import { toLine, type LogRecord } from '../../lib/record';
import { useStored } from '../../lib/storage';
import { Editor } from '../../ui/Editor';
import { messageOf, tellDone } from '../../ui/Failure';

const BATCH = 500;
const MOST_COPIES = 10_000;

interface Props {
  topic: string;
  partitions: number;
  replay?: LogRecord;
  onClose: () => void;
}

const draftOf = (record: LogRecord): Draft => ({
  key: record.key?.text ?? '',
  value: record.value?.json ? print(record.value.json, 2) : (record.value?.text ?? ''),
  tombstone: record.value === null,
  headers: record.headers.map((header) => ({ name: header.name, value: header.value ?? '' })),
  partition: '',
  copies: 1,
});

/** What is not text can be sent again only as it stands. */
const binary = (record: LogRecord | undefined): boolean => record !== undefined && (record.key?.text === null || record.value?.text === null);

export function ProduceDialog({ topic, partitions, replay, onClose }: Props) {
  const queries = useQueryClient();
  const [last, setLast] = useStored<Draft | null>(`tidemark-draft-${topic}`, null);
  const [draft, setDraft] = useState<Draft>(
    replay ? draftOf(replay) : (last ?? { key: '', value: '{\n  "hello": "world"\n}', tombstone: false, headers: [], partition: '', copies: 1 }));
  const [error, setError] = useState<string | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const asItStands = binary(replay);
  const set = (change: Partial<Draft>): void => {
    setError(null);
    setDraft({ ...draft, ...change });
  };

  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setError(null);
    let lines: string[];
    try {
      lines = asItStands && replay ? Array.from({ length: draft.copies }, () => toLine(replay, false)) : linesOf(draft);
    } catch (failure) {
      setError(messageOf(failure));
      return;
    }
    let stored = 0;
    setDone(0);
    try {
      for (let i = 0; i < lines.length; i += BATCH) {
        const answers = await produceLines(topic, lines.slice(i, i + BATCH));
        const refused = answers.find((answer) => answer.error_code !== undefined);
        stored += answers.filter((answer) => answer.error_code === undefined).length;
        setDone(stored);
        if (refused) throw new Error(refused.message);
      }
      if (!replay) setLast(draft);
      tellDone(`${plural(stored, 'record')} produced to ${topic}.`);
      onClose();
      void queries.invalidateQueries({ queryKey: ['partitions', topic] });
    } catch (failure) {
      setError(`${messageOf(failure)}${lines.length > 1 ? ` ${count(stored)} of ${count(lines.length)} are stored.` : ''}`);
    } finally {
      setDone(null);
    }
  };

  return (
    <Modal opened onClose={onClose} size="xl" title={<Text fw={650} size="lg">{replay ? `Replay partition ${replay.partition}, offset ${replay.offset}` : `Produce to ${topic}`}</Text>}>
      <form onSubmit={(event) => void send(event)} noValidate>
        {asItStands ? (
          <Text size="sm" mb="md">This record is not text. It is produced again byte by byte, with its key and headers.</Text>
        ) : (
          <>
            <Group align="flex-end" mb="sm">
              <TextInput label="Key" placeholder="none" value={draft.key} onChange={(event) => set({ key: event.currentTarget.value })} style={{ flex: 1 }} data-autofocus
                styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }} />
              <Select label="Partition" placeholder="by the key" clearable searchable w={130} value={draft.partition || null} onChange={(value) => set({ partition: value ?? '' })}
                data={Array.from({ length: Math.min(partitions, 1_000) }, (_, i) => String(i))} />
              <Select label="Template" placeholder="choose" w={140} value={null} data={TEMPLATES.map((template) => template.name)}
                onChange={(name) => {
                  const template = TEMPLATES.find((each) => each.name === name);
                  if (template) set({ key: template.key, value: template.value, tombstone: false });
                }} />
            </Group>
            <Group justify="space-between" mb={4}>
              <Text size="sm" fw={500}>Value</Text>
              <Checkbox size="xs" label="null (a tombstone)" checked={draft.tombstone} onChange={(event) => set({ tombstone: event.currentTarget.checked })} />
            </Group>
            {draft.tombstone ? <Text size="sm" c="dimmed" className="card" p="md">null</Text> : <Editor label="Value" value={draft.value} onChange={(value) => set({ value })} />}
            <Text size="xs" c="dimmed" mt={6}>JSON is stored as it stands, integers of any length too; other text as text. {'{{i}} {{uuid}} {{now}} {{iso}} {{int 1 100}}'} are filled in for each copy.</Text>
            <Text size="sm" fw={500} mt="md" mb={4}>Headers</Text>
            {draft.headers.map((header, i) => (
              <Group key={i} gap="xs" mb={6} wrap="nowrap">
                <TextInput size="xs" placeholder="name" aria-label={`Header ${i + 1}, name`} value={header.name} style={{ flex: 1 }}
                  onChange={(event) => set({ headers: draft.headers.map((each, at) => (at === i ? { ...each, name: event.currentTarget.value } : each)) })} />
                <TextInput size="xs" placeholder="value" aria-label={`Header ${i + 1}, value`} value={header.value} style={{ flex: 2 }}
                  onChange={(event) => set({ headers: draft.headers.map((each, at) => (at === i ? { ...each, value: event.currentTarget.value } : each)) })} />
                <ActionIcon variant="subtle" color="gray" aria-label={`Take header ${i + 1} away`} onClick={() => set({ headers: draft.headers.filter((_, at) => at !== i) })}><IconX size={15} /></ActionIcon>
              </Group>
            ))}
            <Button size="compact-xs" variant="subtle" leftSection={<IconPlus size={13} />} onClick={() => set({ headers: [...draft.headers, { name: '', value: '' }] })}>Add a header</Button>
          </>
        )}
        {error && <Text role="alert" c="var(--bad)" size="sm" mt="sm" fw={500}>{error}</Text>}
        <Group justify="space-between" mt="lg" align="flex-end">
          <NumberInput label="Copies" w={110} min={1} max={MOST_COPIES} allowDecimal={false} value={draft.copies} onChange={(value) => set({ copies: Math.max(1, Number(value) || 1) })} />
          <Group gap="sm">
            {done !== null && draft.copies > BATCH && <Text size="sm" c="dimmed" role="status">{count(done)} stored</Text>}
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" loading={done !== null}>{replay ? 'Replay' : 'Produce'}</Button>
          </Group>
        </Group>
      </form>
    </Modal>
  );
}
