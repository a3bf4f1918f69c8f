import { Accordion, Button, Group, Modal, NumberInput, Select, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { createTopic, overviewQuery } from '../../api/queries';
import { sensiblePartitions, sensibleReplication, topicNameProblem } from '../../lib/topicName';
import { messageOf, tellDone } from '../../ui/Failure';

const RETENTION = [
  { value: '3600000', label: '1 hour' },
  { value: '86400000', label: '1 day' },
  { value: '604800000', label: '7 days (default)' },
  { value: '2592000000', label: '30 days' },
  { value: '-1', label: 'For ever' },
];

export function CreateTopic({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={<Text fw={650} size="lg">Create a topic</Text>}>
      {opened && <Form onClose={onClose} />}
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { data } = useQuery(overviewQuery);
  const nodes = Math.max(1, data?.nodes.filter((node) => !node.fenced && !node.draining).length ?? 1);
  const [name, setName] = useState('');
  const [partitions, setPartitions] = useState<number | string>('');
  const [replication, setReplication] = useState<number | string>('');
  const [retention, setRetention] = useState<string | null>('604800000');
  const [minIsr, setMinIsr] = useState<number | string>('');
  const [touched, setTouched] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const count = Number(partitions || sensiblePartitions(nodes));
  const copies = Number(replication || sensibleReplication(nodes));
  const nameError = touched ? topicNameProblem(name) : null;
  const minIsrError = minIsr !== '' && Number(minIsr) > copies ? `There are only ${copies} replicas.` : null;

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTouched(true);
    if (topicNameProblem(name) || minIsrError) return;
    const configs: Record<string, string> = {};
    if (retention && retention !== '604800000') configs['retention.ms'] = retention;
    if (minIsr !== '') configs['min.insync.replicas'] = String(minIsr);
    setBusy(true);
    setError(null);
    try {
      await createTopic(name, count, copies, configs, false);
      tellDone(`Topic ${name} is created.`);
      await queries.invalidateQueries({ queryKey: ['topics'] });
      onClose();
      await navigate({ to: '/topics/$topic', params: { topic: name } });
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <TextInput
        data-autofocus label="Name" placeholder="shop.orders" value={name} error={nameError} autoComplete="off" spellCheck={false} maxLength={300}
        onChange={(event) => { setName(event.currentTarget.value); if (event.currentTarget.value !== '') setTouched(true); }}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <Group grow mt="md" align="flex-start">
        <NumberInput
          label="Partitions" description="So many consumers share the work." min={1} max={10_000} allowDecimal={false}
          placeholder={String(sensiblePartitions(nodes))} value={partitions} onChange={setPartitions} error={count < 1 ? 'At least one.' : null}
        />
        <NumberInput
          label="Replicas" description={`Copies of each partition; ${nodes} ${nodes === 1 ? 'node runs' : 'nodes run'}.`} min={1} max={nodes} allowDecimal={false}
          placeholder={String(sensibleReplication(nodes))} value={replication} onChange={setReplication}
          error={copies > nodes ? `Only ${nodes} ${nodes === 1 ? 'node runs' : 'nodes run'}.` : null}
        />
      </Group>
      <Select
        mt="md" label="Kept for" description="What is older is deleted." data={RETENTION} value={retention} onChange={setRetention} allowDeselect={false}
      />
      <Accordion variant="contained" mt="md" chevronPosition="left">
        <Accordion.Item value="more">
          <Accordion.Control>More settings</Accordion.Control>
          <Accordion.Panel>
            <NumberInput
              label="min.insync.replicas" description="Writes with acks=all are refused while fewer are in sync. Empty: the cluster’s default."
              min={1} value={minIsr} onChange={setMinIsr} error={minIsrError} allowDecimal={false}
            />
            <Text size="xs" c="dimmed" mt="xs">All other settings can be changed on the topic’s Config page.</Text>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
      {error && <Text role="alert" c="var(--bad)" size="sm" mt="md" fw={500}>{error}</Text>}
      <Group justify="space-between" mt="lg">
        <Text size="xs" c="dimmed">{count} × {copies} = {count * copies} replicas on {nodes} {nodes === 1 ? 'node' : 'nodes'}</Text>
        <Group gap="sm">
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <Button type="submit" loading={busy}>Create</Button>
        </Group>
      </Group>
    </form>
  );
}
