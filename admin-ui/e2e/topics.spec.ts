import { createTopic, expect, fresh, test } from './broker';

test('a topic is created, favoured, configured and deleted', async ({ page, request }) => {
  const name = fresh('e2e.created');
  await page.goto('/');
  await expect(page).toHaveURL(/\/ui\/$/);
  await expect(page.getByRole('heading', { name: 'Health' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect(page.getByRole('heading', { name: 'Topics' })).toBeVisible();
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('no spaces');
  await expect(dialog.getByText('is not allowed')).toBeVisible();
  await dialog.getByLabel('Name').fill(name);
  // Only what the broker takes: it does not compact.
  await expect(dialog.getByText(/per key|compact/i)).toHaveCount(0);
  await dialog.getByLabel('Partitions').fill('4');
  await dialog.getByRole('button', { name: 'Create' }).click();

  await expect(page.getByRole('heading', { name })).toBeVisible();
  await page.getByRole('button', { name: 'Favourite' }).click();
  await page.getByRole('link', { name: 'Partitions', exact: true }).click();
  await expect(page.getByRole('row')).toHaveCount(5);

  await page.getByRole('link', { name: 'Config', exact: true }).click();
  await page.getByRole('textbox', { name: 'retention.ms', exact: true }).fill('3600000');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('this topic')).toBeVisible();
  await page.getByRole('textbox', { name: 'retention.ms', exact: true }).fill('soon');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'retention.ms' })).toContainText('Nothing was changed');

  await page.goto('/ui/topics?only=favourites');
  await expect(page.getByRole('link', { name })).toBeVisible();
  await page.getByRole('link', { name }).click();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete topic' }).click();
  const confirm = page.getByRole('button', { name: 'Delete topic' });
  await expect(confirm).toBeDisabled();
  await page.getByLabel(/to confirm/).fill(name);
  await confirm.click();
  await expect(page.getByText(`Topic ${name} is deleted.`)).toBeVisible();
  await expect(page).toHaveURL(/\/ui\/topics$/);
  const gone = await request.get(`/topics/${name}`);
  expect(gone.status()).toBe(404);
});

test('topics are searched, chosen and deleted together', async ({ page, request }) => {
  const prefix = fresh('e2e.bulk');
  for (const end of ['a', 'b', 'c']) await createTopic(request, `${prefix}.${end}`, 1);
  await page.goto('/ui/topics');
  await expect(page.getByRole('table', { name: 'Topics' })).toBeVisible();
  await page.locator('body').press('/');
  await page.keyboard.type(prefix.toUpperCase());
  await expect(page.getByRole('link', { name: `${prefix}.b` })).toBeVisible();
  await expect(page).toHaveURL(/q=/);
  await page.getByLabel(`Select ${prefix}.a`).check();
  await page.getByLabel(`Select ${prefix}.c`).check();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByLabel(/to confirm/).fill('delete 2');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(page.getByText('2 topics deleted')).toBeVisible();
  await expect(page.getByRole('link', { name: `${prefix}.a` })).toHaveCount(0);
  await expect(page.getByRole('link', { name: `${prefix}.b` })).toBeVisible();
});

test('a row stays that of its topic while the list around it changes', async ({ page, request }) => {
  const prefix = fresh('e2e.kept');
  for (const end of ['a', 'b']) await createTopic(request, `${prefix}.${end}`, 1);
  await page.goto(`/ui/topics?q=${prefix}`);
  await expect(page.getByRole('link', { name: `${prefix}.a` })).toBeVisible();
  const box = await page.getByLabel(`Select ${prefix}.b`).elementHandle();
  await page.getByLabel('Search topics').fill(`${prefix}.b`);
  await expect(page.getByRole('link', { name: `${prefix}.a` })).toHaveCount(0);
  expect(await box?.evaluate((node) => node.isConnected)).toBe(true);
  expect(await box?.getAttribute('aria-label')).toBe(`Select ${prefix}.b`);
});

test('an error is shown in the words of the API, with a way on', async ({ page }) => {
  await page.goto('/ui/topics/there-is-no-such');
  await expect(page.getByRole('alert')).toContainText("Topic 'there-is-no-such' not found.");
  await page.getByRole('link', { name: 'All topics' }).click();
  await expect(page.getByRole('heading', { name: 'Topics' })).toBeVisible();
  await page.goto('/ui/nowhere');
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
});

test('the palette finds topics and pages by keyboard', async ({ page, request }) => {
  const name = fresh('e2e.palette');
  await createTopic(request, name);
  await page.goto('/ui/');
  await expect(page.getByRole('heading', { name: 'Health' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type(name);
  await expect(page.getByRole('option', { name: new RegExp(name) })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Search', exact: true })).toBeFocused();
  await page.keyboard.type('capacity');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Capacity planner' })).toBeVisible();
});
