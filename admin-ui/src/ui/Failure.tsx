import { Button, Group, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import type { ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What to do about it, where more can be said than "again". */
function wayForward(error: unknown): string | null {
  if (!(error instanceof ApiError)) return null;
  if (error.unreachable) return 'This page tries again by itself once you ask it to.';
  if (error.status === 429) return `The gateway is busy${error.retryAfterSeconds ? `; it asks for ${error.retryAfterSeconds} s` : ''}.`;
  if (error.status === 503) return 'This is usually over in seconds: a leader moves, or a node starts.';
  if (error.status === 403) return 'Ask whoever administers this cluster for the right.';
  return null;
}

/** An error in the place where the content would be: the API's own message and a way forward. */
export function Failure({ error, retry, children }: { error: unknown; retry?: () => void; children?: ReactNode }) {
  const unreachable = error instanceof ApiError && error.unreachable;
  const code = error instanceof ApiError && !unreachable ? `HTTP ${error.status}, error code ${error.code}` : null;
  const Icon = unreachable ? IconPlugConnectedX : IconAlertTriangle;
  return (
    <div className="card" role="alert" style={{ padding: '18px 20px', borderColor: 'var(--bad)' }}>
      <Group gap="sm" align="flex-start" wrap="nowrap">
        <Icon size={22} color="var(--bad)" aria-hidden style={{ flexShrink: 0, marginTop: 2 }} />
        <div className="grow">
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>{messageOf(error)}</Text>
          {wayForward(error) && <Text size="sm" c="dimmed">{wayForward(error)}</Text>}
          {code && <Text size="xs" c="dimmed">{code}</Text>}
          <Group gap="xs" mt="sm">
            {retry && <Button size="xs" onClick={retry}>Try again</Button>}
            {children}
          </Group>
        </div>
      </Group>
    </div>
  );
}

/** A page that could not be shown at all: also one of an older build, whose files are gone. */
export function PageError({ error }: ErrorComponentProps) {
  const stale = /dynamically imported module|Failed to fetch/i.test(messageOf(error));
  return (
    <div style={{ maxWidth: 640, margin: '10vh auto' }}>
      <Title order={1} mb="md">{stale ? 'This page is from an earlier version' : 'This page could not be shown'}</Title>
      <Failure error={stale ? new Error('The broker was updated, or is not reached, since this page was opened.') : error}>
        <Button size="xs" onClick={() => window.location.reload()}>Load it anew</Button>
        <Button size="xs" variant="default" component="a" href="/ui/">Go to Health</Button>
      </Failure>
    </div>
  );
}

export function tellFailure(title: string, error: unknown): void {
  notifications.show({ color: 'red', title, message: messageOf(error), autoClose: 10_000 });
}

export function tellDone(message: string): void {
  notifications.show({ color: 'teal', message, autoClose: 4_000 });
}
