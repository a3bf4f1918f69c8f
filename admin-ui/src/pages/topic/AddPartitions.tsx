import { Button, Group, Modal, NumberInput, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addPartitions } from '../../api/queries';
import { messageOf, tellDone } from '../../ui/Failure';

interface Props {
  opened: boolean;
  topic: string;
  now: number;
  onClose: () => void;
}

export function AddPartitions(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={<Text fw={650} size="lg">Add partitions</Text>}>
      {props.opened && <Form {...props} />}
    </Modal>
  );
}

function Form({ topic, now, onClose }: Props) {
  const queries = useQueryClient();
  const [wanted, setWanted] = useState<number | string>(now + 1);
  const grow = useMutation({
    mutationFn: () => addPartitions(topic, Number(wanted)),
    onSuccess: async () => {
      tellDone(`${topic} has ${wanted} partitions.`);
      await queries.invalidateQueries({ queryKey: ['partitions', topic] });
      onClose();
    },
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); grow.mutate(); }}>
      <Text size="sm" mb="sm">Records with a key may go to another partition than before: the order of one key’s records holds only from then on. Partitions cannot be taken away again.</Text>
      <NumberInput data-autofocus label={`Partitions, now ${now}`} min={now + 1} max={10_000} value={wanted} onChange={setWanted} allowDecimal={false} error={grow.error ? messageOf(grow.error) : null} />
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={onClose}>Cancel</Button>
        <Button type="submit" loading={grow.isPending} disabled={Number(wanted) <= now}>Add</Button>
      </Group>
    </form>
  );
}
