// Writes src/api/schema.d.ts from a running broker's OpenAPI: npm run generate [-- http://localhost:8080]
import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import openapiTS, { astToString } from 'openapi-typescript';

/** Drops the schemas that no path leads to. */
function keepReferenced(document) {
  const schemas = document.components.schemas;
  const kept = {};
  const follow = (node) => {
    for (const [, name] of JSON.stringify(node).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (kept[name]) continue;
      kept[name] = schemas[name];
      follow(schemas[name]);
    }
  };
  follow([document.paths, document.components.responses]);
  document.components.schemas = kept;
}

export async function generate(broker) {
  const response = await fetch(`${broker}/openapi`, { headers: { Accept: 'application/json' } });
  const document = await response.json();
  // The same routes twice; and what no page of ours calls.
  for (const path of Object.keys(document.paths)) {
    if (!/^\/(admin|v3|topics|groups)(\/|$)/.test(path)) delete document.paths[path];
  }
  keepReferenced(document);
  document.info.version = 'any';
  return `// Generated from the broker's OpenAPI by \`npm run generate\`. Do not edit.\n${astToString(await openapiTS(document))}`;
}

if (import.meta.url === `file://${argv[1]}`) {
  const broker = argv[2] ?? process.env.TIDEMARK_URL ?? 'http://localhost:8080';
  writeFileSync(new URL('../src/api/schema.d.ts', import.meta.url), await generate(broker));
}
