import { Button, Group, NumberInput, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { setThrottle, throttleQuery } from '../../api/queries';
import { bytes } from '../../lib/format';
import { messageOf, tellDone } from '../../ui/Failure';

const MIB = 1024 * 1024;

/** How fast replicas are copied that are not in sync. */
export function Throttle() {
  const queries = useQueryClient();
  const { data: now, error } = useQuery(throttleQuery);
  const [typed, setTyped] = useState<number | string | null>(null);
  const save = useMutation({
    mutationFn: (bytesPerSecond: number) => setThrottle(bytesPerSecond),
    onSuccess: async (_, bytesPerSecond) => {
      queries.setQueryData(throttleQuery.queryKey, bytesPerSecond);
      setTyped(null);
      tellDone(bytesPerSecond > 0 ? `Replicas are copied with ${bytes(bytesPerSecond)}/s at most.` : 'Replicas are copied without a limit.');
      await queries.invalidateQueries({ queryKey: throttleQuery.queryKey });
    },
  });
  const shown = typed ?? (now === undefined || now === 0 ? '' : Math.round((now / MIB) * 1000) / 1000);
  const wanted = shown === '' ? 0 : Math.round(Number(shown) * MIB);
  return (
    <form onSubmit={(event) => { event.preventDefault(); save.mutate(wanted); }}>
      <Group align="flex-end" gap="sm">
        <NumberInput
          label="Copy at most" description="Of each event loop of a node; empty: no limit." min={0} decimalScale={3} step={10} suffix=" MiB/s"
          placeholder="no limit" value={shown} onChange={setTyped} disabled={now === undefined} style={{ flex: '0 1 320px' }}
          error={save.error ? messageOf(save.error) : error && now === undefined ? messageOf(error) : null}
        />
        <Button type="submit" variant="default" loading={save.isPending} disabled={now === undefined || wanted === now}>Set</Button>
      </Group>
      <Text size="xs" c="dimmed" mt={6}>Takes effect within a second or two, and stays until it is changed. What is in sync is never slowed down, so that it can be left on.</Text>
    </form>
  );
}
