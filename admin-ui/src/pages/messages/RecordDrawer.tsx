import { ActionIcon, Button, CopyButton, Drawer, Group, SegmentedControl, Text, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconRepeat } from '@tabler/icons-react';
import { useState } from 'react';
import { ago, bytes, count, time } from '../../lib/format';
import { print } from '../../lib/lossless';
import { hexDump, type Content, type LogRecord } from '../../lib/record';
import { JsonTree } from '../../ui/JsonTree';

interface Props {
  record: LogRecord | null;
  onClose: () => void;
  onReplay: (record: LogRecord) => void;
}

export function RecordDrawer({ record, onClose, onReplay }: Props) {
  return (
    <Drawer
      opened={record !== null} onClose={onClose} position="right" size="lg" overlayProps={{ backgroundOpacity: 0.15 }}
      title={record && <Text fw={650} size="lg" component="span">Partition {record.partition}, offset {count(record.offset)}</Text>}
    >
      {record && (
        <>
          <Group justify="space-between" mb="md">
            <Text size="sm" c="dimmed">{Number.isNaN(record.timestamp) ? 'without a time' : `${time(record.timestamp)} · ${ago(record.timestamp, Date.now())}`}</Text>
            <Button size="xs" variant="default" leftSection={<IconRepeat size={14} />} onClick={() => onReplay(record)}>Replay …</Button>
          </Group>
          <Part title="Key" content={record.key} problem={record.problem} />
          <Part title="Value" content={record.value} problem={record.problem} />
          <Text fw={650} size="sm" mb={6}>Headers {record.headers.length > 0 && <span className="dim">{record.headers.length}</span>}</Text>
          {record.headers.length === 0 ? (
            <Text size="sm" c="dimmed">None</Text>
          ) : (
            <div className="card scrollx">
              <table className="table"><tbody>
                {record.headers.map((header, i) => (
                  <tr key={i}><td className="mono" style={{ width: '35%' }}>{header.name}</td><td className="mono" style={{ overflowWrap: 'anywhere' }}>{header.value ?? <i className="dim">null</i>}</td></tr>
                ))}
              </tbody></table>
            </div>
          )}
        </>
      )}
    </Drawer>
  );
}

function Part({ title, content, problem }: { title: string; content: Content | null; problem: string | undefined }) {
  const json = content?.json ?? null;
  const isTree = json !== null && (json.kind === 'object' || json.kind === 'array');
  const [chosen, setChosen] = useState<string | null>(null);
  const view = chosen ?? (isTree ? 'tree' : content?.text === null ? 'hex' : 'raw');
  const copied = content === null ? '' : (view === 'hex' ? hexDump(content.bytes) : view === 'tree' && json ? print(json, 2) : (content.text ?? content.base64));
  return (
    <section style={{ marginBottom: 22 }} aria-label={title}>
      <Group gap="xs" mb={6}>
        <Text fw={650} size="sm">{title}</Text>
        {content && <Text size="xs" c="dimmed">{bytes(content.size)}{content.text === null ? ', not text' : json ? ', JSON' : ', text'}</Text>}
        <div className="grow" />
        {content && (
          <>
            <SegmentedControl
              size="xs" value={view} onChange={setChosen} aria-label={`How ${title.toLowerCase()} is shown`}
              data={[{ value: 'tree', label: 'Tree', disabled: json === null }, { value: 'raw', label: 'Raw' }, { value: 'hex', label: 'Hex' }]}
            />
            <CopyButton value={copied}>
              {({ copied: done, copy }) => (
                <Tooltip label={done ? 'Copied' : 'Copy'}>
                  <ActionIcon variant="default" onClick={copy} aria-label={`Copy ${title.toLowerCase()}`}>{done ? <IconCheck size={15} /> : <IconCopy size={15} />}</ActionIcon>
                </Tooltip>
              )}
            </CopyButton>
          </>
        )}
      </Group>
      {content === null ? (
        <Text size="sm" c="dimmed">{problem ?? (title === 'Key' ? 'No key' : 'Null: a tombstone, where the topic is compacted')}</Text>
      ) : (
        <div className="card" tabIndex={0} role="region" aria-label={`${title}, ${view}`} style={{ padding: '10px 14px', maxHeight: title === 'Key' ? 160 : '52vh', overflow: 'auto' }}>
          {view === 'tree' && json ? <JsonTree json={json} /> : (
            <pre className="mono" style={{ margin: 0, fontSize: 12.5, lineHeight: 1.6, whiteSpace: view === 'hex' ? 'pre' : 'pre-wrap', overflowWrap: 'anywhere' }}>
              {view === 'hex' ? hexDump(content.bytes) : (content.text ?? content.base64)}
            </pre>
          )}
        </div>
      )}
    </section>
  );
}
