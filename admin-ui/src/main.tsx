import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client';
import { nonce } from './lib/nonce';
import { history } from './lib/series';
import { router } from './router';
import { theme, variables } from './theme';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      refetchOnWindowFocus: true,
      // What the API refused will be refused again; what was not reached may be.
      retry: (failures, error) => failures < 2 && (!(error instanceof ApiError) || error.unreachable || error.status === 503),
      retryDelay: (attempt) => 300 * 2 ** attempt,
    },
  },
});

const schemes = localStorageColorSchemeManager({ key: 'tidemark-color-scheme' });

try {
  history.takeUp(sessionStorage, Date.now());
  addEventListener('pagehide', () => history.keep(sessionStorage));
} catch {
  // A browser that stores nothing: charts begin anew with each load.
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      colorSchemeManager={schemes}
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-right" limit={4} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
