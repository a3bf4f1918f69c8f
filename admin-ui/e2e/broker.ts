import { expect, test as base, type APIRequestContext, type Page } from '@playwright/test';

let made = 0;
export const fresh = (what: string): string => `${what}-${process.pid}-${Date.now().toString(36)}-${made++}`;

export async function clusterOf(request: APIRequestContext): Promise<string> {
  const answer = await request.get('/admin/overview');
  return ((await answer.json()) as { cluster_id: string }).cluster_id;
}

export async function createTopic(request: APIRequestContext, name: string, partitions = 3): Promise<void> {
  const answer = await request.post(`/v3/clusters/${await clusterOf(request)}/topics`, { data: { topic_name: name, partitions_count: partitions } });
  expect(answer.status(), await answer.text()).toBe(201);
}

export async function produce(request: APIRequestContext, topic: string, lines: readonly string[]): Promise<void> {
  const answer = await request.post(`/topics/${topic}/events`, { headers: { 'Content-Type': 'application/x-ndjson' }, data: `${lines.join('\n')}\n` });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** A page whose errors fail the test: also what the Content-Security-Policy refuses. */
export const test = base.extend<{ page: Page }>({
  page: async ({ page }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|Uncaught|React/.test(message.text())) errors.push(message.text());
    });
    await use(page);
    expect(errors).toEqual([]);
  },
});

export { expect };
