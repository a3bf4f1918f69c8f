import { Kbd, Modal, Text, TextInput, useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState, type KeyboardEvent } from 'react';
import { get } from '../api/client';
import { fetchGroups } from '../api/queries';
import type { Group, TopicPage, V3List } from '../api/types';
import { PAGES } from './pages';

interface Entry {
  id: string;
  section: string;
  label: string;
  keys?: string;
  run: () => void;
}

function useEntries(text: string): Entry[] {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const [search] = useDebouncedValue(text.trim(), 120);
  const topics = useQuery<TopicPage>({
    queryKey: ['palette-topics', search],
    enabled: search !== '',
    queryFn: ({ signal }): Promise<TopicPage> => get('/admin/topics', { query: { search, limit: 8, internal: true }, signal }),
    placeholderData: keepPreviousData,
  });
  const groups = useQuery<V3List<Group>>({
    queryKey: ['palette-groups', search],
    enabled: search !== '',
    queryFn: ({ signal }) => fetchGroups({ contains: search, page_size: 6 }, signal),
    placeholderData: keepPreviousData,
  });
  const commands: Entry[] = [
    ...PAGES.map((page) => ({
      id: page.to, section: 'Pages', label: page.label, keys: page.keys, run: () => void navigate({ to: page.to }),
    })),
    { id: 'create', section: 'Actions', label: 'Create a topic', run: () => void navigate({ to: '/topics', search: { create: true } }) },
    { id: 'move', section: 'Actions', label: 'Move replicas between nodes', run: () => void navigate({ to: '/nodes', search: { move: true } }) },
    { id: 'unwell', section: 'Actions', label: 'Topics that are not well', run: () => void navigate({ to: '/topics', search: { only: 'unwell' } }) },
    { id: 'light', section: 'Colours', label: 'Light', run: () => setColorScheme('light') },
    { id: 'dark', section: 'Colours', label: 'Dark', run: () => setColorScheme('dark') },
    { id: 'auto', section: 'Colours', label: 'As the system', run: () => setColorScheme('auto') },
  ];
  // What is typed counts at once, so that a quick Enter takes what it says; answers to less of it are narrowed meanwhile.
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return commands;
  const matching = commands.filter((entry) => `${entry.section} ${entry.label}`.toLowerCase().includes(wanted));
  return [
    ...(topics.data?.topics ?? []).filter((topic) => topic.name.toLowerCase().includes(wanted)).map((topic) => ({
      id: `t:${topic.name}`, section: 'Topics', label: topic.name,
      run: () => void navigate({ to: '/topics/$topic', params: { topic: topic.name } }),
    })),
    ...(groups.data?.data ?? []).filter((group) => group.consumer_group_id.toLowerCase().includes(wanted)).map((group) => ({
      id: `g:${group.consumer_group_id}`, section: 'Groups', label: group.consumer_group_id,
      run: () => void navigate({ to: '/groups/$group', params: { group: group.consumer_group_id } }),
    })),
    ...matching,
  ];
}

/** Everything by keyboard: pages, topics, groups, actions. */
export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal.Root opened={opened} onClose={onClose} size="lg" padding={0} yOffset="12vh" centered={false} transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content aria-label="Search and commands">
        <Modal.Body>{opened && <PaletteContent onClose={onClose} />}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function PaletteContent({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const entries = useEntries(text);
  const current = Math.min(at, entries.length - 1);
  useEffect(() => {
    document.getElementById(`palette-${current}`)?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const choose = (entry: Entry | undefined): void => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt((current + step + entries.length) % Math.max(1, entries.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(entries[current]);
    }
  };
  return (
    <div onKeyDown={onKey}>
      <TextInput
        autoFocus data-autofocus value={text} size="lg" variant="unstyled" px="md"
        leftSection={<IconSearch size={18} aria-hidden />} placeholder="A topic, a group, a page, an action"
        aria-label="Search" role="combobox" aria-expanded aria-controls="palette-list" aria-activedescendant={`palette-${current}`}
        onChange={(event) => { setText(event.currentTarget.value); setAt(0); }}
      />
      <div id="palette-list" role="listbox" aria-label="Results" style={{ maxHeight: '52vh', overflow: 'auto', borderTop: '1px solid var(--line)', padding: 6 }}>
        {entries.length === 0 && <Text p="md" c="dimmed" size="sm">Nothing matches “{text}”.</Text>}
        {entries.map((entry, index) => (
          <div
            key={entry.id} id={`palette-${index}`} role="option" aria-selected={index === current}
            onClick={() => choose(entry)} onMouseMove={() => setAt(index)}
            style={{ display: 'flex', gap: 12, alignItems: 'center', padding: '9px 12px', borderRadius: 8, cursor: 'pointer',
              background: index === current ? 'var(--selected)' : undefined }}
          >
            <Text size="xs" c="dimmed" w={64}>{entry.section}</Text>
            <Text size="sm" className="grow ellipsis">{entry.label}</Text>
            {entry.keys && <Kbd size="xs">{entry.keys}</Kbd>}
          </div>
        ))}
      </div>
    </div>
  );
}
