import { Button, Checkbox, Group, Modal, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '../../api/client';
import { planMoves, startMoves } from '../../api/queries';
import type { LogDirs, Move, NodeInfo } from '../../api/types';
import { bytes, plural } from '../../lib/format';
import { bytesToCopy } from '../../lib/moves';
import { messageOf, tellDone } from '../../ui/Failure';
import { Throttle } from './Throttle';

interface Props {
  nodes: readonly NodeInfo[];
  onClose: () => void;
}

/** Which nodes shall have everything; what would move, and how many bytes; then it starts. */
export function MoveWizard({ nodes, onClose }: Props) {
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<readonly number[]>(nodes.filter((node) => !node.fenced && !node.draining).map((node) => node.id));
  const [excluded, setExcluded] = useState<ReadonlySet<string>>(new Set());
  const plan = useMutation({
    mutationFn: async () => {
      const moves = await planMoves(chosen);
      const disks = await Promise.all(
        nodes.filter((node) => !node.fenced).map((node) => get('/admin/brokers/{broker}/log-dirs', { path: { broker: String(node.id) } }).catch((): LogDirs | null => null)));
      return { moves, disks: disks.filter((disk) => disk !== null) };
    },
  });
  const moves = (plan.data?.moves ?? []).filter((move) => !excluded.has(idOf(move)));
  const start = useMutation({
    mutationFn: () => startMoves(moves),
    onSuccess: async (outcomes) => {
      const refused = outcomes.filter((outcome) => outcome.error_code !== undefined);
      await queries.invalidateQueries({ queryKey: ['overview'] });
      await queries.invalidateQueries({ queryKey: ['reassignments'] });
      if (refused.length > 0) throw new Error(`${refused.length} of ${outcomes.length} were refused, the others move. ${refused[0]!.topic_name}-${refused[0]!.partition_id}: ${refused[0]!.message ?? ''}`);
      tellDone(`${plural(moves.length, 'partition')} on the move; the page shows the progress.`);
      onClose();
    },
  });
  const copied = plan.data ? bytesToCopy(moves, plan.data.disks) : 0;
  return (
    <Modal opened onClose={onClose} size="xl" title={<Text fw={650} size="lg">Move replicas</Text>}>
      {!plan.data ? (
        <>
          <Text size="sm" mb="sm">These nodes shall have all replicas, evenly over racks. Untick a node to empty it.</Text>
          <Checkbox.Group value={chosen.map(String)} onChange={(values) => { setChosen(values.map(Number)); plan.reset(); }} label="Nodes">
            <Group mt="xs">
              {nodes.map((node) => (
                <Checkbox key={node.id} value={String(node.id)} disabled={node.fenced} label={`Node ${node.id}${node.rack ? ` (${node.rack})` : ''}${node.fenced ? ', away' : ''}: ${plural(node.replicas, 'replica')}`} />
              ))}
            </Group>
          </Checkbox.Group>
          {plan.error && <Text role="alert" c="var(--bad)" size="sm" mt="md" fw={500}>{messageOf(plan.error)}</Text>}
          <Group justify="flex-end" mt="lg" gap="sm">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button onClick={() => plan.mutate()} loading={plan.isPending} disabled={chosen.length === 0}>Preview</Button>
          </Group>
        </>
      ) : (
        <>
          <Text size="sm" mb="sm">
            {plan.data.moves.length === 0 ? 'Everything is there already, evenly: nothing has to move.' : (
              <><b>{plural(moves.length, 'partition')}</b> would change, about <b>{bytes(copied)}</b> would be copied. Nothing is moved yet; reads and writes go on meanwhile.</>
            )}
          </Text>
          {plan.data.moves.length > 0 && (
            <div className="card" style={{ maxHeight: 360, overflow: 'auto' }} tabIndex={0} role="region" aria-label="What would move">
              <table className="table">
                <thead><tr><th /><th>Partition</th><th>Now on</th><th>Then on</th><th className="num">Copied</th></tr></thead>
                <tbody>
                  {plan.data.moves.slice(0, 500).map((move) => (
                    <tr key={idOf(move)}>
                      <td style={{ width: 30 }}>
                        <Checkbox size="xs" aria-label={`Move ${idOf(move)}`} checked={!excluded.has(idOf(move))}
                          onChange={() => { const next = new Set(excluded); if (!next.delete(idOf(move))) next.add(idOf(move)); setExcluded(next); }} />
                      </td>
                      <td>{idOf(move)}</td>
                      <td className="mono">{move.current_replicas.join(', ')}</td>
                      <td className="mono">{move.replicas.map((id, i) => <span key={id}>{i > 0 && ', '}{move.current_replicas.includes(id) ? id : <b className="good-text">+{id}</b>}</span>)}</td>
                      <td className="num dim">{bytes(bytesToCopy([move], plan.data.disks))}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {plan.data.moves.length > 0 && <div style={{ marginTop: 16 }}><Throttle /></div>}
          {start.error && <Text role="alert" c="var(--bad)" size="sm" mt="md" fw={500}>{messageOf(start.error)}</Text>}
          <Group justify="space-between" mt="lg">
            <Button variant="default" onClick={() => plan.reset()}>Back</Button>
            <Group gap="sm">
              <Button variant="default" onClick={onClose}>Cancel</Button>
              <Button disabled={moves.length === 0} loading={start.isPending} onClick={() => start.mutate()}>Move {plural(moves.length, 'partition')}</Button>
            </Group>
          </Group>
        </>
      )}
    </Modal>
  );
}

const idOf = (move: Move): string => `${move.topic_name}-${move.partition_id}`;
