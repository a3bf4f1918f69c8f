// What is wrong with the broker's description of its interface: by Redocly's linter, and as types in a program.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import openapiTS, { astToString } from 'openapi-typescript';

// v3's own paths have "-" for all topics and brokers, beside their names; and what is described as refused never succeeds.
const RULES = { 'no-ambiguous-paths': 'off', 'operation-2xx-response': 'off' };

export async function lint(text) {
  const config = await createConfig({ extends: ['recommended'], rules: RULES });
  const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
  return problems.map((each) => `${each.severity} ${each.ruleId}: ${each.message} (${each.location[0]?.pointer ?? ''})`);
}

const PROGRAM = `
import type { components, paths } from './schema';

type Records = paths['/topics/{topic}']['post']['requestBody']['content']['application/vnd.kafka.json.v2+json'];
type Report = components['schemas']['DeliveryReport'];
type Topics = paths['/v3/clusters/{cluster}/topics']['get']['responses'][200]['content']['application/json'];
type Failure = components['schemas']['Error'];

const records: Records = { records: [{ key: 'k', value: { n: 1 }, partition: 0 }] };
export const stored = (report: Report): string => (report.error_code === 200 ? String(report.offset) : (report.message ?? ''));
export const names = (topics: Topics): string[] => topics.data.map((topic) => topic.topic_name);
export const say = (failure: Failure): string => failure.error_code.toFixed() + failure.message;
// @ts-expect-error a topic's name is a string
export const wrong = (topics: Topics): number => topics.data[0]!.topic_name;
export default records;
`;

/** Compiles a program against the types of the whole document; what the compiler says, or nothing. */
export async function compile(text) {
  const folder = mkdtempSync(fileURLToPath(new URL('../.types-', import.meta.url)));
  try {
    writeFileSync(join(folder, 'schema.ts'), astToString(await openapiTS(JSON.parse(text))));
    writeFileSync(join(folder, 'program.ts'), PROGRAM);
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler'];
    const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
    execFileSync(process.execPath, [tsc, ...options, join(folder, 'program.ts')], { encoding: 'utf8', stdio: 'pipe' });
    return '';
  } catch (failure) {
    return String(failure.stdout || failure);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
