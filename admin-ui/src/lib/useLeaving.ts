import { useRouter } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Whether another page is on its way: what was typed a moment ago must not bring this one back. */
export function useLeaving(): () => boolean {
  const router = useRouter();
  return useCallback(() => router.latestLocation.pathname !== router.state.resolvedLocation?.pathname, [router]);
}
