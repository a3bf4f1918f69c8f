import { clusterOf, createTopic, expect, fresh, produce, test } from './broker';

test('a group is reset after a dry run', async ({ page, request }) => {
  const topic = fresh('e2e.reset');
  const group = fresh('e2e-group');
  await createTopic(request, topic, 2);
  await produce(request, topic, Array.from({ length: 40 }, (_, i) => `{"value":${i},"partition":${i % 2}}`));
  // A stream of the group commits where it begins, and leaves.
  const stream = await request.get(`/groups/${group}/events?topics=${topic}&from=earliest&limit=40`, { headers: { Accept: 'application/x-ndjson' } });
  expect(stream.ok()).toBe(true);
  const base = `/v3/clusters/${await clusterOf(request)}/consumer-groups/${group}`;
  await expect.poll(async () => ((await (await request.get(base)).json()) as { state: string }).state).toBe('EMPTY');

  await page.goto('/ui/groups');
  await page.getByLabel('Search groups').fill(group);
  await page.getByRole('link', { name: group }).click();
  await page.getByRole('button', { name: 'Reset offsets' }).click();
  await page.getByRole('dialog').getByText('Exact').click();
  await page.getByLabel(`Offset of ${topic}, partition 0`).fill('5');
  await page.getByLabel(`Offset of ${topic}, partition 1`).fill('7');
  await page.getByRole('button', { name: 'Try it (dry run)' }).click();
  await expect(page.getByText('2 partitions would change', { exact: false })).toBeVisible();
  const lags = async (): Promise<number> => ((await (await request.get(`${base}/lag-summary`)).json()) as { total_lag: number }).total_lag;
  const before = await lags();
  expect(before).not.toBe(28);
  await page.getByRole('button', { name: 'Reset 2 partitions' }).click();
  await expect(page.getByText(`2 partitions of ${group} reset.`)).toBeVisible();
  expect(await lags()).toBe(28);

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete group' }).click();
  await page.getByLabel(/to confirm/).fill(group);
  await page.getByRole('button', { name: 'Delete group' }).click();
  await expect(page).toHaveURL(/\/ui\/groups$/);
});
