import { Button, Group, Modal, Progress, Select, Text, TextInput } from '@mantine/core';
import { IconSettings, IconTrash, IconX } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { alterConfigs, configsQuery, deleteTopic } from '../../api/queries';
import { plural } from '../../lib/format';
import { ConfirmByName } from '../../ui/ConfirmByName';
import { messageOf, tellDone } from '../../ui/Failure';

interface Props {
  names: readonly string[];
  onDone: (left: readonly string[]) => void;
}

/** Carries something out for each, a few at a time; what fails stays, with the API's words. */
async function forEach(names: readonly string[], one: (name: string) => Promise<void>, progress: (done: number) => void): Promise<[string, string][]> {
  const failed: [string, string][] = [];
  const left = [...names];
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      try {
        await one(name);
      } catch (failure) {
        failed.push([name, messageOf(failure)]);
      }
      progress(++done);
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return failed;
}

const failures = (failed: readonly [string, string][], all: number): string =>
  `${failed.length} of ${all} failed; the others are done. ${failed.slice(0, 3).map(([name, why]) => `${name}: ${why}`).join(' ')}`;

export function BulkBar({ names, onDone }: Props) {
  const queries = useQueryClient();
  const [dialog, setDialog] = useState<'delete' | 'config' | null>(null);
  const [done, setDone] = useState(0);
  const word = names.length === 1 ? names[0]! : `delete ${names.length}`;

  const removeAll = async (): Promise<void> => {
    setDone(0);
    const failed = await forEach(names, deleteTopic, setDone);
    await queries.invalidateQueries({ queryKey: ['topics'] });
    if (failed.length > 0) {
      onDone(failed.map(([name]) => name));
      throw new Error(failures(failed, names.length));
    }
    tellDone(`${plural(names.length, 'topic')} deleted.`);
    setDialog(null);
    onDone([]);
  };

  return (
    <>
      <Group gap="sm" className="card" px="md" py={8} mb="sm" role="region" aria-label="Selected topics">
        <Text size="sm" fw={600}>{plural(names.length, 'topic')} selected</Text>
        <Button size="xs" variant="default" leftSection={<IconSettings size={14} />} onClick={() => setDialog('config')}>Set a config</Button>
        <Button size="xs" variant="default" c="var(--bad)" leftSection={<IconTrash size={14} />} onClick={() => setDialog('delete')}>Delete</Button>
        <div className="grow" />
        <Button size="xs" variant="subtle" leftSection={<IconX size={14} />} onClick={() => onDone([])}>Clear</Button>
      </Group>
      <ConfirmByName
        opened={dialog === 'delete'} title={`Delete ${plural(names.length, 'topic')}`} word={word} items={names} confirm="Delete"
        onClose={() => setDialog(null)} onConfirm={removeAll}
      >
        All of their records are lost, on every replica. This cannot be undone.
        {done > 0 && done < names.length && <Progress value={(done / names.length) * 100} mt="sm" aria-label="Deleted so far" />}
      </ConfirmByName>
      <Modal opened={dialog === 'config'} onClose={() => setDialog(null)} title={<Text fw={650} size="lg">Set a config on {plural(names.length, 'topic')}</Text>}>
        {dialog === 'config' && <BulkConfig names={names} onDone={() => { setDialog(null); onDone([]); }} />}
      </Modal>
    </>
  );
}

function BulkConfig({ names, onDone }: { names: readonly string[]; onDone: () => void }) {
  const queries = useQueryClient();
  const { data } = useQuery(configsQuery(names[0]!));
  const [name, setName] = useState<string | null>('retention.ms');
  const [value, setValue] = useState('');
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(0);
  const [error, setError] = useState<string | null>(null);
  const apply = async (toDefault: boolean): Promise<void> => {
    if (!name) return;
    setBusy(true);
    setError(null);
    setDone(0);
    const failed = await forEach(names, (topic) => alterConfigs(topic, { [name]: toDefault ? null : value }), setDone);
    setBusy(false);
    await queries.invalidateQueries({ queryKey: ['topics'] });
    await queries.invalidateQueries({ queryKey: ['configs'] });
    if (failed.length > 0) setError(failures(failed, names.length));
    else {
      tellDone(`${name} is set on ${plural(names.length, 'topic')}.`);
      onDone();
    }
  };
  return (
    <>
      <Select
        label="Setting" searchable value={name} onChange={setName} allowDeselect={false} data-autofocus
        data={(data ?? []).filter((each) => !each.is_read_only).map((each) => each.name)}
      />
      <TextInput mt="sm" label="Value" value={value} onChange={(event) => setValue(event.currentTarget.value)}
        description={`${names[0]} has ${data?.find((each) => each.name === name)?.value ?? '…'}`} error={error} />
      {busy && <Progress value={(done / names.length) * 100} mt="sm" aria-label="Done so far" />}
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={() => void apply(true)} disabled={busy || !name}>Back to default</Button>
        <Button onClick={() => void apply(false)} loading={busy} disabled={!name || value === ''}>Set</Button>
      </Group>
    </>
  );
}
