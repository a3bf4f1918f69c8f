import { Button, Group, List, Modal, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { messageOf } from './Failure';

interface Props {
  opened: boolean;
  title: string;
  /** What must be typed. */
  word: string;
  items?: readonly string[];
  confirm: string;
  children: ReactNode;
  onClose: () => void;
  /** Fails with what the API said; the dialog then stays. */
  onConfirm: () => Promise<void>;
}

/** For what cannot be undone: the name is typed first. */
export function ConfirmByName(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={<Text fw={650} size="lg">{props.title}</Text>}>
      {props.opened && <Content {...props} />}
    </Modal>
  );
}

function Content({ word, items, confirm, children, onClose, onConfirm }: Props) {
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (typed !== word) return;
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Text size="sm" mb="sm" component="div">{children}</Text>
      {items && items.length > 1 && (
        <List size="sm" mb="sm" style={{ maxHeight: 180, overflow: 'auto' }}>
          {items.slice(0, 200).map((item) => <List.Item key={item} className="mono">{item}</List.Item>)}
        </List>
      )}
      <TextInput
        data-autofocus label={<>Type <b className="mono">{word}</b> to confirm</>} value={typed} autoComplete="off" spellCheck={false}
        onChange={(event) => setTyped(event.currentTarget.value)} error={error}
      />
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={onClose}>Cancel</Button>
        <Button type="submit" color="red.8" disabled={typed !== word} loading={busy}>{confirm}</Button>
      </Group>
    </form>
  );
}
