import { ActionIcon, Button, Group, Kbd, SegmentedControl, Text, TextInput, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconSearch } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { alterConfigs, configsQuery } from '../../api/queries';
import type { TopicConfig } from '../../api/types';
import { bytes, duration } from '../../lib/format';
import { Failure, messageOf, tellDone } from '../../ui/Failure';
import { EmptyRow, SkeletonRows } from '../../ui/Rows';

const SOURCE: Record<string, string> = {
  DYNAMIC_TOPIC_CONFIG: 'this topic', DYNAMIC_BROKER_CONFIG: 'its node', DYNAMIC_DEFAULT_BROKER_CONFIG: 'the cluster', STATIC_BROKER_CONFIG: 'the node’s file', DEFAULT_CONFIG: 'default',
};

/** `604800000` of `retention.ms` is 7 d: what people read. */
export function inWords(name: string, value: string | null): string {
  const number = Number(value);
  if (value === null || value === '' || !Number.isFinite(number)) return '';
  if (/\.ms$/.test(name)) return number >= 1000 ? (number > 9e17 ? 'for ever' : duration(number)) : number === -1 ? 'for ever' : '';
  if (/bytes$/.test(name)) return number >= 1024 ? (number > 9e17 ? 'unlimited' : bytes(number)) : number === -1 ? 'unlimited' : '';
  return '';
}

export function ConfigTab() {
  const { topic } = useParams({ from: '/topics/$topic' });
  const queries = useQueryClient();
  const configs = useQuery(configsQuery(topic));
  const [which, setWhich] = useState('all');
  const [text, setText] = useState('');
  const [edits, setEdits] = useState<Record<string, string | null>>({});
  const save = useMutation({
    mutationFn: () => alterConfigs(topic, edits),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['configs', topic] });
      await queries.invalidateQueries({ queryKey: ['topics'] });
      tellDone(`${Object.keys(edits).length === 1 ? 'The setting is' : 'The settings are'} saved.`);
      setEdits({});
    },
  });
  if (configs.error && !configs.data) return <Failure error={configs.error} retry={() => void configs.refetch()} />;
  const own = (configs.data ?? []).filter((each) => !each.is_default);
  const shown = (configs.data ?? [])
    .filter((each) => (which === 'all' || !each.is_default || each.name in edits) && each.name.includes(text.toLowerCase()))
    .sort((a, b) => Number(a.is_default) - Number(b.is_default) || a.name.localeCompare(b.name));
  const changed = Object.keys(edits).length;

  const edit = (config: TopicConfig, value: string | null): void => {
    save.reset();
    const next = { ...edits };
    if (value === config.value || (value === null && config.source !== 'DYNAMIC_TOPIC_CONFIG')) delete next[config.name];
    else next[config.name] = value;
    setEdits(next);
  };

  return (
    <>
      <Group gap="sm" mb="sm">
        <TextInput data-search placeholder="Search settings" aria-label="Search settings" value={text} onChange={(event) => setText(event.currentTarget.value)} leftSection={<IconSearch size={16} aria-hidden />} rightSection={<Kbd size="xs">/</Kbd>} style={{ flex: '1 1 220px', maxWidth: 360 }} />
        <SegmentedControl value={which} onChange={setWhich} aria-label="Which settings" data={[{ value: 'all', label: 'All' }, { value: 'own', label: `Differ from default ${configs.data ? own.length : ''}` }]} />
      </Group>
      {changed > 0 && (
        <div className="card" role="region" aria-label="Changes" style={{ padding: '10px 14px', marginBottom: 10, position: 'sticky', top: 64, zIndex: 5, borderColor: 'var(--accent)' }}>
          <Group gap="sm">
            <Text size="sm" fw={600}>{changed === 1 ? '1 change' : `${changed} changes`}</Text>
            <Text size="sm" c="dimmed" className="grow" style={{ overflowWrap: 'anywhere' }}>
              {Object.entries(edits).map(([name, value]) => `${name} → ${value ?? 'default'}`).join(' · ')}
            </Text>
            <Button size="xs" variant="default" onClick={() => { setEdits({}); save.reset(); }}>Discard</Button>
            <Button size="xs" loading={save.isPending} onClick={() => save.mutate()}>Save</Button>
          </Group>
          {save.error && <Text role="alert" size="sm" c="var(--bad)" mt={6} fw={500}>{messageOf(save.error)} Nothing was changed.</Text>}
        </div>
      )}
      <div className="card scrollx" tabIndex={0} role="region" aria-label="Settings">
        <table className="table" style={{ tableLayout: 'auto' }}>
          <thead><tr><th>Setting</th><th style={{ width: '36%' }}>Value</th><th>Default</th><th>Set by</th><th /></tr></thead>
          <tbody>
            {!configs.data && <SkeletonRows columns={5} rows={10} />}
            {configs.data && shown.length === 0 && <EmptyRow columns={5}>{text ? `No setting matches “${text}”.` : 'All settings are the defaults.'}</EmptyRow>}
            {shown.map((config) => {
              const edited = config.name in edits;
              const below = config.synonyms.find((each) => each.source !== 'DYNAMIC_TOPIC_CONFIG');
              const value = edited ? (edits[config.name] ?? below?.value ?? '') : (config.value ?? '');
              const words = inWords(config.name, value);
              return (
                <tr key={config.name} style={edited ? { background: 'var(--selected)' } : undefined}>
                  <td className="mono" style={{ fontSize: 13, fontWeight: config.is_default ? 400 : 650 }}>{config.name}</td>
                  <td>
                    <TextInput
                      size="xs" value={value} aria-label={config.name} readOnly={config.is_read_only} spellCheck={false} onChange={(event) => edit(config, event.currentTarget.value)}
                      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
                      rightSection={words ? <Text size="xs" c="dimmed" className="nowrap">{words}</Text> : null} rightSectionWidth={words ? words.length * 7 + 16 : 0}
                    />
                  </td>
                  <td className="dim mono" style={{ fontSize: 13 }}>{config.is_default ? '' : (below?.value ?? '–')}</td>
                  <td>{config.is_default ? <span className="dim">default</span> : <span className="tag warn">{SOURCE[config.source] ?? config.source}</span>}</td>
                  <td style={{ width: 44 }}>
                    {config.source === 'DYNAMIC_TOPIC_CONFIG' && !config.is_read_only && (
                      <Tooltip label="Back to the default"><ActionIcon variant="subtle" color="gray" size="sm" aria-label={`${config.name} back to the default`} onClick={() => edit(config, null)}><IconArrowBackUp size={15} /></ActionIcon></Tooltip>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
