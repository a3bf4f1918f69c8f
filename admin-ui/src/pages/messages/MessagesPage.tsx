import { ActionIcon, Button, Group, Menu, Progress, SegmentedControl, Skeleton, Text, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconBrush, IconDownload, IconFilterOff, IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { partitionsQuery } from '../../api/queries';
import { compact, count, plural } from '../../lib/format';
import { useLeaving } from '../../lib/useLeaving';
import { idOf, toCsv, toLine, type LogRecord } from '../../lib/record';
import type { MessagesSearch } from '../../router';
import { Failure } from '../../ui/Failure';
import { RecordDrawer } from './RecordDrawer';
import { RecordList } from './RecordList';
import { useScan } from './useScan';
import { useTail } from './useTail';

const ProduceDialog = lazy(() => import('./ProduceDialog').then((module) => ({ default: module.ProduceDialog })));

function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

const FIELDS: { name: 'value' | 'key' | 'header' | 'since' | 'until' | 'partitions'; label: string; hint: string; width: number }[] = [
  { name: 'value', label: 'Value', hint: 'text, /regex/ or $.a.b==1', width: 220 },
  { name: 'key', label: 'Key', hint: 'text, =exact, /regex/', width: 150 },
  { name: 'header', label: 'Header', hint: 'name or name=text', width: 140 },
  { name: 'since', label: 'Since', hint: '15m, 2h, date', width: 110 },
  { name: 'until', label: 'Until', hint: '5m, date', width: 100 },
  { name: 'partitions', label: 'Partitions', hint: '0,2,4-7', width: 92 },
];

export function MessagesPage() {
  const { topic } = useParams({ from: '/topics/$topic' });
  const search = useSearch({ from: '/topics/$topic/' });
  const navigate = useNavigate({ from: '/topics/$topic/' });
  const partitions = useQuery(partitionsQuery(topic)).data?.partitions.length ?? 0;
  const live = search.live === true;
  const scan = useScan(topic, search, !live);
  const { tail, state: tailing, error: tailError } = useTail(topic, partitions, search, live);
  const [opened, setOpened] = useState<LogRecord | null>(null);
  const [replayed, setReplayed] = useState<LogRecord | null>(null);
  const [cleared, setCleared] = useState(0);

  const update = (change: Partial<MessagesSearch>): void => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const records: readonly LogRecord[] = live ? (tail?.records ?? []) : scan.records;
  const filtered = FIELDS.some((field) => search[field.name] !== undefined);
  const wanted = search.open;
  const inDrawer = opened ?? (wanted ? (records.find((record) => idOf(record) === wanted) ?? null) : null);
  const open = (record: LogRecord | null): void => {
    setOpened(record);
    update({ open: record ? idOf(record) : undefined });
  };
  const newestFirst = (): LogRecord[] => (live ? [...records].reverse() : [...records]);

  return (
    <div style={{ display: 'flex', flexDirection: 'column', height: 'calc(100dvh - 202px)', minHeight: 420 }}>
      <Group gap={8} mb={8} align="flex-end" key={cleared}>
        {FIELDS.map((field) => (
          <FilterField key={field.name} {...field} value={search[field.name]} disabled={live && (field.name === 'since' || field.name === 'until')} onChange={(text) => update({ [field.name]: text, open: undefined })} />
        ))}
        {filtered && (
          <Tooltip label="Without filters">
            <ActionIcon
              variant="default" size={34} aria-label="Without filters"
              onClick={() => { update({ key: undefined, value: undefined, header: undefined, since: undefined, until: undefined, partitions: undefined }); setCleared(cleared + 1); }}
            >
              <IconFilterOff size={17} />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      <Group gap="sm" mb={10} mih={36}>
        <SegmentedControl value={live ? 'live' : 'newest'} onChange={(value) => update({ live: value === 'live' ? true : undefined, open: undefined })} aria-label="Which records"
          data={[{ value: 'newest', label: 'Newest first' }, { value: 'live', label: 'Live tail' }]} />
        {live && tail && tailing ? (
          <>
            {tailing.phase === 'paused' || tailing.phase === 'failed'
              ? <Button size="sm" leftSection={<IconPlayerPlay size={15} />} onClick={() => tail.resume()}>Resume</Button>
              : <Button size="sm" variant="default" leftSection={<IconPlayerPause size={15} />} onClick={() => tail.pause()}>Pause</Button>}
            <Tooltip label="Clear the list"><ActionIcon variant="default" size={36} aria-label="Clear the list" onClick={() => tail.clear()}><IconBrush size={17} /></ActionIcon></Tooltip>
            <span className={`tag ${tailing.phase === 'live' ? 'good' : tailing.phase === 'failed' ? 'bad' : 'warn'}`} role="status">{tailing.phase}</span>
            <Text size="sm" c="dimmed" component="span" className="nowrap" data-testid="tail-state">
              {compact(tailing.perSecond)}/s · {count(tailing.received)} came{filtered ? ` · ${count(tailing.matched)} match` : ''} · <span data-testid="dropped" className={tailing.dropped > 0 ? 'warn-text' : undefined}>{count(tailing.dropped)} dropped</span>
            </Text>
          </>
        ) : (
          <>
            <Tooltip label="Read anew"><ActionIcon variant="default" size={36} aria-label="Read anew" onClick={scan.restart}><IconRefresh size={17} /></ActionIcon></Tooltip>
            <Text size="sm" c="dimmed" role="status" className="nowrap" data-testid="scan-state">
              {scan.state ? `${filtered ? `${count(scan.state.matched)} match · ` : ''}${compact(scan.state.scanned)} of ${compact(scan.state.total)} read` : scan.error ? '' : 'reading …'}
            </Text>
            {scan.busy && <Button size="compact-sm" variant="subtle" leftSection={<IconPlayerStop size={14} />} onClick={scan.stop}>Stop</Button>}
          </>
        )}
        <div className="grow" />
        <Menu position="bottom-end" withArrow disabled={records.length === 0}>
          <Menu.Target><Button variant="default" size="sm" leftSection={<IconDownload size={16} />} disabled={records.length === 0}>Export</Button></Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{plural(records.length, 'record')} of the list</Menu.Label>
            <Menu.Item onClick={() => download(`${topic}.ndjson`, 'application/x-ndjson', `${newestFirst().map((record) => toLine(record, true)).join('\n')}\n`)}>NDJSON</Menu.Item>
            <Menu.Item onClick={() => download(`${topic}.csv`, 'text/csv', toCsv(newestFirst()))}>CSV</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      {!live && scan.state && scan.busy && scan.state.total > 0
        ? <Progress value={(scan.state.scanned / scan.state.total) * 100} size={3} mb={-3} aria-label="Read so far" style={{ zIndex: 1 }} />
        : null}
      {live && tailing?.note && <Text size="sm" c={tailing.phase === 'failed' ? 'var(--bad)' : 'dimmed'} role="alert" mb={8}>{tailing.note}</Text>}
      {live && tailing && tailing.leaderless.length > 0 && (
        <Text size="sm" c="var(--bad)" role="alert" mb={8}>
          {tailing.leaderless.length === 1 ? 'Partition' : 'Partitions'} {tailing.leaderless.join(', ')} {tailing.leaderless.length === 1 ? 'has' : 'have'} no leader: nothing comes of {tailing.leaderless.length === 1 ? 'it' : 'them'} until a replica is back.
        </Text>
      )}
      {(live ? tailError : scan.error && records.length === 0 ? scan.error : null) ? (
        <Failure error={live ? tailError : scan.error} {...(live ? {} : { retry: scan.restart })} />
      ) : (
        <RecordList
          key={live ? 'live' : 'newest'} records={records} reversed={live} open={inDrawer ? idOf(inDrawer) : undefined} onOpen={open}
          empty={live ? <Empty title="Waiting for records" text="Whatever is produced from now on appears here." />
            : scan.busy ? <Loading /> : scan.state?.total === 0 ? <Empty title="No records here" text={filtered ? 'Nothing lies in this time and these partitions.' : 'Produce one, and it appears.'} />
            : scan.state?.exhausted ? <Empty title="Nothing matches" text={`All ${count(scan.state.scanned)} records were looked at.`} /> : null}
          footer={!live && scan.state && !scan.busy ? <Footer scan={scan} /> : null}
        />
      )}
      <RecordDrawer record={inDrawer} onClose={() => open(null)} onReplay={setReplayed} />
      {replayed && <Suspense fallback={null}><ProduceDialog topic={topic} partitions={partitions} replay={replayed} onClose={() => setReplayed(null)} /></Suspense>}
    </div>
  );
}

function Footer({ scan }: { scan: ReturnType<typeof useScan> }) {
  const state = scan.state!;
  if (scan.error) {
    return (
      <div style={{ padding: 14 }}>
        <Failure error={scan.error} retry={scan.goOn} />
      </div>
    );
  }
  if (state.exhausted) return state.matched > 0 ? <Text size="sm" c="dimmed" ta="center" p="md">That is all: {plural(state.scanned, 'offset')} read.</Text> : null;
  return (
    <Group justify="center" p="md" gap="md">
      <Text size="sm" c="dimmed">{scan.full ? 'The list is full; filters make it shorter.' : `Read ${count(state.scanned)} of ${count(state.total)}.`}</Text>
      {!scan.full && <Button size="xs" variant="default" onClick={scan.goOn}>Go on</Button>}
    </Group>
  );
}

interface FieldProps {
  name: string;
  label: string;
  hint: string;
  width: number;
  value: string | undefined;
  disabled: boolean;
  onChange: (text: string | undefined) => void;
}

function FilterField({ name, label, hint, width, value, disabled, onChange }: FieldProps) {
  const leaving = useLeaving();
  const change = useDebouncedCallback((text: string) => {
    if (!leaving()) onChange(text.trim() === '' ? undefined : text.trim());
  }, 350);
  return (
    <TextInput
      {...(name === 'value' ? { 'data-search': true } : {})} size="xs" label={label} placeholder={hint} defaultValue={value ?? ''} disabled={disabled} spellCheck={false} autoComplete="off"
      onChange={(event) => change(event.currentTarget.value)} style={{ flex: `${name === 'value' ? 1 : 0} 1 ${width}px`, minWidth: Math.min(width, 100) }}
    />
  );
}

function Loading() {
  return <div style={{ padding: '6px 14px' }}>{Array.from({ length: 12 }, (_, i) => <Skeleton key={i} height={12} my={11} width={`${90 - ((i * 17) % 40)}%`} />)}</div>;
}

function Empty({ title, text }: { title: string; text: string }) {
  return (
    <div style={{ padding: '48px 20px', textAlign: 'center' }}>
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed">{text}</Text>
    </div>
  );
}
