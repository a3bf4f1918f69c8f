import { execFileSync } from 'node:child_process';
import { createTopic, expect, fresh, produce, test } from './broker';

const data = process.env.TIDEMARK_CLUSTER_DATA;
const url = process.env.TIDEMARK_CLUSTER_URL;
const launcher = process.env.TIDEMARK_LAUNCHER;

const member = (...words: string[]): void => {
  execFileSync(launcher!, [...words, '--data', data!], { stdio: 'ignore' });
};

test.describe('a cluster of three nodes', () => {
  test.skip(!data || !url || !launcher, 'no cluster was started for it (TIDEMARK_CLUSTER_DATA, _URL, TIDEMARK_LAUNCHER)');
  test.use({ baseURL: url ?? 'http://localhost' });
  test.setTimeout(180_000);

  test('Health names the node that was killed, and what follows from it', async ({ page, request }) => {
    const topic = fresh('e2e.killed');
    await createTopic(request, topic, 6);
    await produce(request, topic, ['{"value":1}']);
    await page.goto('/ui/');
    await expect(page.getByRole('heading', { name: 'Nothing is wrong' })).toBeVisible({ timeout: 30_000 });
    try {
      member('node', '2', 'kill');
      const cause = page.getByRole('region', { name: 'Node 2 is away' });
      await expect(cause).toBeVisible({ timeout: 60_000 });
      await expect(cause).toContainText('Start it.');
      await expect(page.getByText(/Node 2 is away\. Reads and writes go on/)).toBeVisible();
      // That would change nothing.
      await expect(page.getByRole('button', { name: 'Elect preferred leaders' })).toBeHidden();
      await page.getByRole('button', { name: 'Show topics' }).click();
      await expect(page.getByRole('link', { name: topic, exact: true })).toBeVisible();
      await page.goto(`/ui/topics/${topic}/partitions`);
      await expect(page.getByText('not in sync').first()).toBeAttached();
    } finally {
      member('node', '2', 'start');
    }
    await page.goto('/ui/');
    await expect(page.getByText('Node 2 is away').first()).toBeHidden({ timeout: 60_000 });
    await page.goto('/ui/nodes');
    await page.getByRole('button', { name: 'Elect preferred leaders' }).click();
    await expect(page.getByText('Preferred leaders are elected')).toBeVisible();
  });

  test('replicas move after a preview', async ({ page, request }) => {
    const topic = fresh('e2e.moved');
    const answer = await request.get('/admin/overview');
    const { cluster_id: cluster } = (await answer.json()) as { cluster_id: string };
    const created = await request.post(`/v3/clusters/${cluster}/topics`, {
      data: { topic_name: topic, replicas_assignments: [{ partition_id: 0, broker_ids: [1] }, { partition_id: 1, broker_ids: [1] }, { partition_id: 2, broker_ids: [1] }], configs: [{ name: 'min.insync.replicas', value: '1' }] },
    });
    expect(created.status(), await created.text()).toBe(201);
    await produce(request, topic, Array.from({ length: 300 }, (_, i) => `{"value":"${'x'.repeat(1_000)}","partition":${i % 3}}`));
    await page.goto('/ui/nodes?move=true');
    await page.getByRole('checkbox', { name: /^Node 1/ }).uncheck();
    await page.getByRole('button', { name: 'Preview' }).click();
    // Other topics have three replicas, which two nodes cannot hold: the API says so.
    await expect(page.getByRole('alert')).toBeVisible();
    await page.getByRole('checkbox', { name: /^Node 1/ }).check();
    await page.getByRole('button', { name: 'Preview' }).click();
    await expect(page.getByText(/would change|nothing has to move/)).toBeVisible();
    const move = page.getByRole('button', { name: /^Move \d/ });
    // A kilobyte a second keeps them on the move until it is taken back.
    await page.getByLabel('Copy at most').fill('0.001');
    await page.getByRole('dialog').getByRole('button', { name: 'Set' }).click();
    await expect(page.getByText(/Replicas are copied with .* at most/)).toBeVisible();
    await move.click();
    await expect(page.getByTestId('moved')).toContainText(/ of [1-9].*copied/, { timeout: 30_000 });
    await page.getByLabel('Copy at most').fill('');
    await page.getByRole('button', { name: 'Set' }).click();
    await expect(page.getByText('Replicas are copied without a limit.')).toBeVisible();
    await expect.poll(async () => ((await (await request.get('/admin/overview')).json()) as { reassigning: number }).reassigning, { timeout: 60_000 }).toBe(0);
  });
});
