// Before anything is painted, so that a dark page does not flash white.
(function () {
  var chosen = null;
  try { chosen = localStorage.getItem('tidemark-color-scheme'); } catch (e) { /* no storage: auto */ }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
