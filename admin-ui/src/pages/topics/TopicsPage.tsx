import { ActionIcon, Button, Checkbox, Kbd, SegmentedControl, Skeleton, Switch, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedCallback, useElementSize, useMediaQuery } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp, IconPlus, IconSearch, IconStar, IconStarFilled } from '@tabler/icons-react';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { PAGE, topicLagsQuery, topicOffsetsQuery, topicsPageQuery, type TopicLag } from '../../api/queries';
import type { TopicOffsets, TopicRow } from '../../api/types';
import { bytes, compact, count, duration, rate } from '../../lib/format';
import { history } from '../../lib/series';
import { useLeaving } from '../../lib/useLeaving';
import { useStored } from '../../lib/storage';
import type { TopicsSearch } from '../../router';
import { Failure } from '../../ui/Failure';
import { Sparkline } from '../../ui/Sparkline';
import { BulkBar } from './BulkBar';
import { CreateTopic } from './CreateTopic';

const ROW = 46;
const WIDE = '24px 28px minmax(140px, 1fr) 84px 76px 70px 150px 130px minmax(64px, 110px) 118px';
/** A figure that stays the same makes a line grow, too. */
const EACH_TIME = { notifyOnChangeProps: 'all' } as const;
const NARROW = '28px minmax(0, 1fr) 44px 104px';

export function TopicsPage() {
  const search = useSearch({ from: '/topics' });
  const navigate = useNavigate({ from: '/topics' });
  const narrow = useMediaQuery('(max-width: 760px)') ?? false;
  const [favourites, setFavourites] = useStored<string[]>('tidemark-favourites', []);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const update = (change: Partial<TopicsSearch>): void =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const leaving = useLeaving();
  const onText = useDebouncedCallback((text: string) => {
    if (!leaving()) update({ q: text || undefined });
  }, 150);

  const onlyFavourites = search.only === 'favourites';
  const none = onlyFavourites && favourites.length === 0;
  const query = useMemo(
    () => ({
      search: search.q,
      sort: search.sort,
      internal: search.internal,
      unwell: search.only === 'unwell' ? (true as const) : undefined,
      names: onlyFavourites ? favourites.join(',') : undefined,
    }),
    [search.q, search.sort, search.internal, search.only, onlyFavourites, favourites],
  );
  const first = useQuery({ ...topicsPageQuery(query, 0), enabled: !none });
  const matched = none ? 0 : (first.data?.matched ?? 0);

  const scroller = useRef<HTMLDivElement>(null);
  const { ref: sizer, height } = useElementSize();
  const rows = useVirtualizer({ count: first.data || none ? matched : 12, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 8 });
  const items = rows.getVirtualItems();
  const pages = [...new Set(items.map((item) => Math.floor(item.index / PAGE)))].filter((page) => page > 0);
  const more = useQueries({ queries: pages.map((page) => topicsPageQuery(query, page)) });
  const topicAt = (index: number): TopicRow | undefined => {
    const page = Math.floor(index / PAGE);
    const data = page === 0 ? first.data : more[pages.indexOf(page)]?.data;
    return data && data.offset === page * PAGE ? data.topics[index % PAGE] : undefined;
  };
  const shown = items.map((item) => topicAt(item.index)?.name).filter((name) => name !== undefined);
  const { data: offsets } = useQuery({ ...topicOffsetsQuery(shown.slice(0, 100)), ...EACH_TIME });
  const { data: lags } = useQuery({ ...topicLagsQuery, ...EACH_TIME, enabled: !narrow });

  const toggleFavourite = (name: string): void =>
    setFavourites(favourites.includes(name) ? favourites.filter((each) => each !== name) : [...favourites, name].slice(-200));
  const toggle = (name: string): void => {
    const next = new Set(selected);
    if (!next.delete(name)) next.add(name);
    setSelected(next);
  };
  const allShown = first.data?.topics.map((topic) => topic.name) ?? [];
  const allSelected = allShown.length > 0 && allShown.every((name) => selected.has(name));
  const columns = narrow ? NARROW : WIDE;

  return (
    <div style={{ display: 'flex', flexDirection: 'column', height: 'calc(100dvh - 104px)', minHeight: 380 }}>
      <div className="pagehead">
        <Title order={1}>Topics</Title>
        <Text c="dimmed" size="sm" role="status" miw={120}>
          {first.data ? (matched === first.data.total ? count(first.data.total) : `${count(matched)} of ${count(first.data.total)}`) : ''}
        </Text>
        <div className="grow" />
        <Button leftSection={<IconPlus size={16} />} onClick={() => update({ create: true })} data-new>Create topic</Button>
      </div>
      <div className="pagehead" style={{ gap: 10, marginBottom: 12 }}>
        <TextInput
          key={search.only} data-search defaultValue={search.q ?? ''} onChange={(event) => onText(event.currentTarget.value)} aria-label="Search topics"
          placeholder="Search by name" leftSection={<IconSearch size={16} aria-hidden />} rightSection={<Kbd size="xs">/</Kbd>}
          style={{ flex: '1 1 240px', maxWidth: 420 }}
        />
        <SegmentedControl
          size="sm" value={search.only ?? 'all'} aria-label="Which topics"
          onChange={(value) => update({ only: value === 'favourites' || value === 'unwell' ? value : undefined })}
          data={[
            { value: 'all', label: 'All' },
            { value: 'favourites', label: `Favourites${favourites.length ? ` ${favourites.length}` : ''}` },
            { value: 'unwell', label: `Not well${first.data?.unwell ? ` ${count(first.data.unwell)}` : ''}` },
          ]}
        />
        <Switch size="sm" label="Internal" checked={search.internal === true} onChange={(event) => update({ internal: event.currentTarget.checked || undefined })} />
      </div>
      {selected.size > 0 && <BulkBar names={[...selected].sort()} onDone={(left) => setSelected(new Set(left))} />}
      {first.error && !first.data ? (
        <Failure error={first.error} retry={() => void first.refetch()} />
      ) : (
        <div className="card" role="table" aria-label="Topics" aria-rowcount={matched} style={{ flex: 1, minHeight: 0, display: 'flex', flexDirection: 'column', overflow: 'hidden' }}>
          <div role="rowgroup">
            <div role="row" className="vhead" style={{ gridTemplateColumns: columns }}>
              {!narrow && (
                <span role="columnheader">
                  <Checkbox size="xs" aria-label="Select the first hundred" checked={allSelected} indeterminate={!allSelected && selected.size > 0}
                    onChange={() => setSelected(allSelected ? new Set() : new Set([...selected, ...allShown]))} />
                </span>
              )}
              <span role="columnheader"><span className="mantine-visually-hidden" style={HIDDEN}>Favourite</span></span>
              <Sort label="Name" by="name" sort={search.sort} update={update} />
              <Sort label={narrow ? 'Part.' : 'Partitions'} by="partitions" sort={search.sort} update={update} right />
              {!narrow && <Sort label="Replicas" by="replication" sort={search.sort} update={update} right />}
              {!narrow && <span role="columnheader" className="right">Records</span>}
              {!narrow && <span role="columnheader">Written</span>}
              {!narrow && <span role="columnheader" title="Of the group that is furthest behind, of the first 30 groups">Lag</span>}
              {!narrow && <span role="columnheader">Kept</span>}
              <Sort label="State" by="unwell" sort={search.sort} update={update} />
            </div>
          </div>
          <div ref={sizer} style={{ flex: 1, minHeight: 0 }}>
            <div ref={scroller} className="vlist" role="rowgroup" tabIndex={0} aria-label="Rows" style={{ height: height || '100%' }}>
              <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
                {items.map((item) => {
                  const topic = topicAt(item.index);
                  return (
                    <div
                      // The topic's, not the place's: what is pressed while the list changes is still that topic.
                      key={topic ? `${Math.floor(item.index / PAGE)} ${topic.name}` : item.key} role="row" aria-rowindex={item.index + 1} className="vrow" data-selected={topic ? selected.has(topic.name) : false}
                      style={{ height: ROW, transform: `translateY(${item.start}px)`, gridTemplateColumns: columns }}
                    >
                      {topic ? (
                        <Row
                          topic={topic} offsets={offsets?.[topic.name]} lag={lags?.[topic.name]} narrow={narrow} selected={selected.has(topic.name)} favourite={favourites.includes(topic.name)}
                          onSelect={() => toggle(topic.name)} onFavourite={() => toggleFavourite(topic.name)}
                        />
                      ) : (
                        <span role="cell" style={{ gridColumn: '1 / -1' }}><Skeleton height={14} width={`${40 + ((item.index * 13) % 35)}%`} /></span>
                      )}
                    </div>
                  );
                })}
              </div>
              {(first.data || none) && matched === 0 && <Empty search={search} onClear={() => update({ q: undefined, only: undefined })} onCreate={() => update({ create: true })} />}
            </div>
          </div>
        </div>
      )}
      <CreateTopic opened={search.create === true} onClose={() => update({ create: undefined })} />
    </div>
  );
}

const HIDDEN = { position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' } as const;

function Sort({ label, by, sort, update, right }: { label: string; by: string; sort: string | undefined; update: (change: Partial<TopicsSearch>) => void; right?: boolean }) {
  const current = sort ?? 'name';
  const active = current === by || current === `-${by}`;
  const descending = current === `-${by}`;
  // Numbers are looked for from the top, names from the front.
  const next = active ? (descending ? by : `-${by}`) : by === 'name' ? 'name' : `-${by}`;
  return (
    <span role="columnheader" className={right ? 'right' : undefined} aria-sort={active ? (descending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" onClick={() => update({ sort: next === 'name' ? undefined : next })}>
        {label}
        {active && (descending ? <IconArrowDown size={13} aria-hidden /> : <IconArrowUp size={13} aria-hidden />)}
      </button>
    </span>
  );
}

interface RowProps {
  topic: TopicRow;
  offsets: TopicOffsets | undefined;
  lag: TopicLag | undefined;
  narrow: boolean;
  selected: boolean;
  favourite: boolean;
  onSelect: () => void;
  onFavourite: () => void;
}

function Row({ topic, offsets, lag, narrow, selected, favourite, onSelect, onFavourite }: RowProps) {
  const rates = history.rates(`end:${topic.name}`);
  const now = rates.at(-1)?.value;
  return (
    <>
      {!narrow && <span role="cell"><Checkbox size="xs" checked={selected} onChange={onSelect} aria-label={`Select ${topic.name}`} /></span>}
      <span role="cell">
        <ActionIcon variant="subtle" color={favourite ? 'yellow.7' : 'gray'} size="sm" onClick={onFavourite} aria-pressed={favourite} aria-label={`Favourite ${topic.name}`}>
          {favourite ? <IconStarFilled size={15} /> : <IconStar size={15} />}
        </ActionIcon>
      </span>
      <span role="cell" className="ellipsis">
        <Link to="/topics/$topic" params={{ topic: topic.name }} className="plain" style={{ fontWeight: 550 }} title={topic.name}>{topic.name}</Link>
        {topic.is_internal && <span className="tag" style={{ marginLeft: 8 }}>internal</span>}
      </span>
      <span role="cell" className="right">{count(topic.partitions)}</span>
      {!narrow && <span role="cell" className="right">{topic.replication_factor}</span>}
      {!narrow && <span role="cell" className="right">{offsets ? (offsets.offset_span === null ? '–' : compact(offsets.offset_span)) : <Skeleton height={10} width={44} />}</span>}
      {!narrow && (
        <span role="cell" style={{ display: 'flex', gap: 10, alignItems: 'center' }}>
          <Sparkline points={rates} />
          <span className={now ? undefined : 'dim'}>{now === undefined ? '' : rate(now)}</span>
        </span>
      )}
      {!narrow && (
        <span role="cell" style={{ display: 'flex', gap: 8, alignItems: 'center' }} title={lag && `${lag.group}: ${count(lag.lag)} behind`}>
          {lag && <Sparkline points={history.points(`topic-lag:${topic.name}`)} width={62} />}
          {lag && <span className={lag.lag >= 10_000 ? 'warn-text' : lag.lag === 0 ? 'dim' : undefined}>{compact(lag.lag)}</span>}
        </span>
      )}
      {!narrow && <span role="cell" className="dim ellipsis">{kept(topic)}</span>}
      <span role="cell"><State topic={topic} /></span>
    </>
  );
}

export function kept(topic: Pick<TopicRow, 'cleanup_policy' | 'retention_ms' | 'retention_bytes'>): string {
  const parts: string[] = [];
  if (topic.cleanup_policy.includes('compact')) parts.push('newest per key');
  if (topic.cleanup_policy.includes('delete')) {
    parts.push(duration(Number(topic.retention_ms)));
    if (Number(topic.retention_bytes) > 0) parts.push(`≤ ${bytes(Number(topic.retention_bytes))}/partition`);
  }
  return parts.join(', ');
}

function State({ topic }: { topic: TopicRow }) {
  if (topic.without_leader > 0) return <span className="tag bad">{topic.without_leader} no leader</span>;
  if (topic.under_min_isr > 0) return <span className="tag bad">{topic.under_min_isr} below min ISR</span>;
  if (topic.under_replicated > 0) return <span className="tag warn">{topic.under_replicated} behind</span>;
  return <span className="tag good">in sync</span>;
}

function Empty({ search, onClear, onCreate }: { search: TopicsSearch; onClear: () => void; onCreate: () => void }) {
  const filtered = search.q !== undefined || search.only !== undefined;
  return (
    <div style={{ padding: '56px 20px', textAlign: 'center' }}>
      <Text fw={600}>{search.only === 'favourites' ? 'No favourites yet' : search.only === 'unwell' && !search.q ? 'Every partition is in sync' : filtered ? `No topic matches “${search.q}”` : 'There are no topics yet'}</Text>
      <Text size="sm" c="dimmed" mb="md">
        {search.only === 'favourites' ? 'The star beside a topic puts it here.' : filtered ? 'Names are searched in any case; internal topics have a switch.' : 'A topic holds records; produce to it by HTTP or with any Kafka client.'}
      </Text>
      {filtered ? <Button variant="default" onClick={onClear}>Show all</Button> : <Button onClick={onCreate}>Create topic</Button>}
    </div>
  );
}
