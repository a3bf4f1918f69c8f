import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';

const GO: Record<string, '/' | '/topics' | '/groups' | '/nodes' | '/coordinator' | '/capacity'> = {
  h: '/', t: '/topics', g: '/groups', n: '/nodes', c: '/coordinator', p: '/capacity',
};
const SECOND_KEY_MS = 1_200;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('[role="dialog"]') !== null);

/** `Ctrl-K` opens the palette, `g` and a letter goes to a page, `/` goes to the page's search, `n` makes something new. */
export function useShortcuts(openPalette: () => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    let goAt = -Infinity;
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const target = event.timeStamp - goAt < SECOND_KEY_MS ? GO[event.key] : undefined;
      goAt = -Infinity;
      if (target) {
        event.preventDefault();
        void navigate({ to: target });
      } else if (event.key === 'g') {
        goAt = event.timeStamp;
      } else if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('[data-search]');
        if (field) {
          event.preventDefault();
          field.focus();
          field.select();
        }
      } else if (event.key === 'n') {
        document.querySelector<HTMLElement>('[data-new]')?.click();
      } else if (event.key === '?') {
        openPalette();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, openPalette]);
}
