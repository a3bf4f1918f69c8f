import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const BROKER = process.env.TIDEMARK_URL ?? 'http://localhost:8080';

export default defineConfig({
  base: '/ui/',
  plugins: [react()],
  build: {
    target: 'es2022',
    // A data: URL is one more thing that the Content-Security-Policy would have to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
  },
  server: {
    proxy: Object.fromEntries(
      ['/v3', '/topics', '/groups', '/admin', '/openapi', '/brokers'].map((path) => [path, { target: BROKER }]),
    ),
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'] },
});
