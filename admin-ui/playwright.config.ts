import { defineConfig } from '@playwright/test';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Against a real broker, whose address TIDEMARK_URL gives; `./tidemark test -m admin-ui` starts one. */
export default defineConfig({
  testDir: 'e2e',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 1,
  outputDir: 'target/e2e',
  reporter: process.env.E2E_REPORT ? [['line'], ['junit', { outputFile: process.env.E2E_REPORT }]] : 'list',
  use: {
    baseURL: process.env.TIDEMARK_URL ?? 'http://localhost:8080',
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      ],
    },
  },
});
