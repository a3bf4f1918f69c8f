import { createTopic, expect, fresh, produce, test } from './broker';

test('records are produced, filtered and opened, and 64-bit integers stay whole', async ({ page, request }) => {
  const topic = fresh('e2e.messages');
  await createTopic(request, topic);
  await produce(request, topic, Array.from({ length: 300 }, (_, i) => `{"key":"k${i % 10}","value":{"n":${i},"id":9007199254740993},"headers":[{"name":"h","value":"v${i % 2}"}]}`));
  await page.goto(`/ui/topics/${topic}`);
  const rows = page.getByRole('option');
  await expect(rows.first()).toBeVisible();

  await page.getByRole('button', { name: 'Produce' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Key').fill('customer-7');
  await dialog.getByRole('textbox', { name: 'Value' }).fill('{"made": "by hand", "id": 9223372036854775807}');
  await dialog.getByLabel('Copies').fill('3');
  await dialog.getByRole('button', { name: 'Produce' }).click();
  await expect(page.getByText('3 records produced')).toBeVisible();
  await expect(dialog).toBeHidden();

  await page.getByLabel('Value', { exact: true }).fill('$.id==9223372036854775807');
  await expect(page.getByTestId('scan-state')).toContainText('3 match');
  await expect(page).toHaveURL(/value=/);
  await expect(rows).toHaveCount(3);
  await page.reload();
  await expect(rows).toHaveCount(3);
  await rows.first().click();
  const drawer = page.getByRole('dialog');
  await expect(drawer.getByText('9223372036854775807')).toBeVisible();
  await drawer.getByText('Hex').last().click();
  await expect(drawer.getByText(/00000000 {2}7b/)).toBeVisible();

  await drawer.getByRole('button', { name: /Replay/ }).click();
  await page.getByRole('button', { name: 'Replay', exact: true }).click();
  await expect(page.getByText('1 record produced')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Read anew' }).click();
  await expect(rows).toHaveCount(4);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'NDJSON' }).click();
  const stream = await (await download).createReadStream();
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  expect(text.trim().split('\n')).toHaveLength(4);
  expect(text).toContain('9223372036854775807');
});

test('a tail is live, pauses without a loss, and resumes', async ({ page, request }) => {
  const topic = fresh('e2e.tail');
  await createTopic(request, topic);
  await page.goto(`/ui/topics/${topic}?live=true`);
  await expect(page.getByText('live', { exact: true })).toBeVisible();
  await produce(request, topic, ['{"value":"first"}']);
  await expect(page.getByRole('option').filter({ hasText: 'first' })).toBeVisible();
  await page.getByRole('button', { name: 'Pause' }).click();
  await produce(request, topic, ['{"value":"while paused"}']);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByRole('option').filter({ hasText: 'while paused' })).toBeVisible();
  await expect(page.getByTestId('dropped')).toHaveText('0 dropped');
});

test('a filter that cannot be understood says why', async ({ page, request }) => {
  const topic = fresh('e2e.filter');
  await createTopic(request, topic);
  await page.goto(`/ui/topics/${topic}?partitions=7`);
  await expect(page.getByRole('alert')).toContainText('There is no partition 7; the topic has 0 to 2.');
});

// How smoothly it is drawn, `npm run measure` says.
test('a tail of 5,000 records a second shows each of them', async ({ page, request }) => {
  const topic = fresh('e2e.fast');
  await createTopic(request, topic, 6);
  await page.goto(`/ui/topics/${topic}?live=true`);
  await expect(page.getByText('live', { exact: true })).toBeVisible();
  const body = Array.from({ length: 500 }, (_, i) => `{"key":"k${i}","value":{"n":${i},"text":"a record of some length, as there are many"}}`);
  const start = Date.now();
  for (let i = 0; i < 50; i++) {
    await produce(request, topic, body);
    const ahead = (i + 1) * 100 - (Date.now() - start);
    if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead));
  }
  await expect(page.getByTestId('tail-state')).toContainText('25,000 came', { timeout: 30_000 });
  await expect(page.getByTestId('dropped')).toHaveText('0 dropped');
});
