import { ActionIcon, Button, Group, Menu, Skeleton, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconDots, IconPlus, IconSend, IconStar, IconStarFilled, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { ApiError } from '../../api/client';
import { deleteTopic, partitionsQuery } from '../../api/queries';
import { count, plural } from '../../lib/format';
import { useStored } from '../../lib/storage';
import { ConfirmByName } from '../../ui/ConfirmByName';
import { Failure, tellDone } from '../../ui/Failure';
import { AddPartitions } from './AddPartitions';

const ProduceDialog = lazy(() => import('../messages/ProduceDialog').then((module) => ({ default: module.ProduceDialog })));

const TABS = [
  { to: '/topics/$topic', label: 'Messages' },
  { to: '/topics/$topic/partitions', label: 'Partitions' },
  { to: '/topics/$topic/groups', label: 'Groups' },
  { to: '/topics/$topic/config', label: 'Config' },
  { to: '/topics/$topic/metrics', label: 'Metrics' },
] as const;

export function TopicPage() {
  const { topic } = useParams({ from: '/topics/$topic' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(partitionsQuery(topic));
  const [favourites, setFavourites] = useStored<string[]>('tidemark-favourites', []);
  const [dialog, setDialog] = useState<'delete' | 'grow' | 'produce' | null>(null);
  const favourite = favourites.includes(topic);
  const records = data?.partitions.reduce((sum, each) => sum + Math.max(0, each.high_watermark - Math.max(0, each.log_start_offset)), 0);

  if (error && !data) {
    const gone = error instanceof ApiError && error.code === 40401;
    return (
      <>
        <div className="pagehead"><Title order={1} className="ellipsis">{topic}</Title></div>
        <Failure error={error} {...(gone ? {} : { retry: () => void refetch() })}>
          <Button size="xs" component={Link} to="/topics" variant="default">All topics</Button>
        </Failure>
      </>
    );
  }
  return (
    <>
      <div className="pagehead" style={{ marginBottom: 8, flexWrap: 'nowrap' }}>
        <ActionIcon variant="subtle" color="gray" component={Link} to="/topics" aria-label="All topics"><IconArrowLeft size={18} /></ActionIcon>
        <Title order={1} className="ellipsis" title={topic}>{topic}</Title>
        <ActionIcon
          variant="subtle" color={favourite ? 'yellow.7' : 'gray'} aria-pressed={favourite} aria-label="Favourite"
          onClick={() => setFavourites(favourite ? favourites.filter((each) => each !== topic) : [...favourites, topic].slice(-200))}
        >
          {favourite ? <IconStarFilled size={17} /> : <IconStar size={17} />}
        </ActionIcon>
        <Text size="sm" c="dimmed" className="phone-hide nowrap" component="div">
          {data ? `${plural(data.partitions.length, 'partition')} · ${plural(records ?? 0, 'record')} · ${count(data.partitions[0]?.replicas.length ?? 0)}×` : <Skeleton width={160} height={12} />}
        </Text>
        <div className="grow" />
        <Button leftSection={<IconSend size={16} />} onClick={() => setDialog('produce')} data-new>Produce</Button>
        <Menu position="bottom-end" withArrow>
          <Menu.Target><ActionIcon variant="default" size={36} aria-label="More actions"><IconDots size={18} /></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPlus size={16} />} onClick={() => setDialog('grow')}>Add partitions</Menu.Item>
            <Menu.Item leftSection={<IconTrash size={16} />} c="var(--bad)" onClick={() => setDialog('delete')}>Delete topic</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      <Group component="nav" gap={4} mb="md" aria-label="Of this topic" style={{ borderBottom: '1px solid var(--line)', overflowX: 'auto', flexWrap: 'nowrap' }}>
        {TABS.map((tab) => (
          <Link
            key={tab.to} to={tab.to} params={{ topic }} className="tab" activeOptions={{ exact: true, includeSearch: false }} activeProps={{ 'aria-current': 'page' }}
          >
            {tab.label}
          </Link>
        ))}
      </Group>
      <Outlet />
      <ConfirmByName
        opened={dialog === 'delete'} title="Delete this topic" word={topic} confirm="Delete topic" onClose={() => setDialog(null)}
        onConfirm={async () => {
          await deleteTopic(topic);
          setFavourites(favourites.filter((each) => each !== topic));
          tellDone(`Topic ${topic} is deleted.`);
          await navigate({ to: '/topics' });
          queries.removeQueries({ queryKey: ['partitions', topic] });
          await queries.invalidateQueries({ queryKey: ['topics'] });
        }}
      >
        {records ? `Its ${plural(records, 'record')} are` : 'Everything in it is'} lost, on every replica. This cannot be undone.
      </ConfirmByName>
      <AddPartitions opened={dialog === 'grow'} topic={topic} now={data?.partitions.length ?? 0} onClose={() => setDialog(null)} />
      {dialog === 'produce' && (
        <Suspense fallback={null}><ProduceDialog topic={topic} partitions={data?.partitions.length ?? 0} onClose={() => setDialog(null)} /></Suspense>
      )}
    </>
  );
}
