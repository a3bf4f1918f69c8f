// After the build: gzip forms beside the files, and the size of what a first visit loads is held to its limit.
import { gzipSync, constants } from 'node:zlib';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT_KB = 250;
const dist = new URL('../dist/', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));
rmSync(join(dist, '.vite'), { recursive: true });

const files = readdirSync(dist, { recursive: true })
  .map(String)
  .filter((name) => statSync(join(dist, name)).isFile() && /\.(js|css|svg|json)$/.test(name));
const sizes = new Map();
for (const name of files) {
  const compressed = gzipSync(readFileSync(join(dist, name)), { level: constants.Z_BEST_COMPRESSION });
  writeFileSync(join(dist, `${name}.gz`), compressed);
  sizes.set(name, compressed.length);
}

const initial = new Set();
const visit = (key) => {
  const chunk = manifest[key];
  if (initial.has(chunk.file)) return;
  initial.add(chunk.file);
  (chunk.imports ?? []).forEach(visit);
};
visit('index.html');
const kb = [...initial].reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0) / 1024;
console.log(`initial JavaScript: ${kb.toFixed(1)} KB gzip in ${initial.size} files (limit ${LIMIT_KB} KB)`);
if (kb > LIMIT_KB) {
  console.error(`the initial JavaScript is above its limit of ${LIMIT_KB} KB`);
  process.exit(1);
}
