import AxeBuilder from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import { createTopic, expect, fresh, produce, test } from './broker';

const PAGES = ['/ui/', '/ui/topics', '/ui/topics?create=true', '/ui/topics/TOPIC', '/ui/topics/TOPIC?live=true', '/ui/topics/TOPIC/partitions', '/ui/topics/TOPIC/groups', '/ui/topics/TOPIC/config', '/ui/topics/TOPIC/metrics', '/ui/groups', '/ui/nodes', '/ui/nodes?move=true', '/ui/coordinator', '/ui/capacity'];
const topic = fresh('e2e.axe');

test.beforeAll(async ({ playwright, baseURL }) => {
  const request = await playwright.request.newContext({ baseURL: baseURL! });
  await createTopic(request, topic);
  await produce(request, topic, Array.from({ length: 50 }, (_, i) => `{"key":"k","value":{"n":${i}}}`));
  await request.dispose();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const path of PAGES) {
    test(`${path.replace('TOPIC', 'a-topic')} has no finding of axe, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.goto(path.replace('TOPIC', topic));
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
      await page.waitForLoadState('networkidle', { timeout: 4_000 }).catch(() => undefined);
      await page.waitForTimeout(500);
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
      expect(violations.map((each) => `${each.impact} ${each.id}: ${each.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(' | ')}`)).toEqual([]);
    });
  }
}

test('a phone shows every page without scrolling sideways', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of PAGES) {
    await page.goto(path.replace('TOPIC', topic));
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
  }
});

test('the types are those of the broker', async ({ baseURL }) => {
  const { generate } = (await import('../scripts/generate-schema.mjs')) as { generate: (broker: string) => Promise<string> };
  expect(await generate(baseURL!)).toBe(readFileSync(new URL('../src/api/schema.d.ts', import.meta.url), 'utf8'));
});
