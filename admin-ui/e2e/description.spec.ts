import { expect, test } from '@playwright/test';

interface Checks {
  lint: (text: string) => Promise<string[]>;
  compile: (text: string) => Promise<string>;
}

test('the description of the interface is clean, and a program can use its types', async ({ request }) => {
  const { lint, compile } = (await import('../scripts/check-description.mjs')) as Checks;
  const text = await (await request.get('/openapi', { headers: { Accept: 'application/json' } })).text();
  expect(await lint(text)).toEqual([]);
  expect(await compile(text)).toBe('');
});
