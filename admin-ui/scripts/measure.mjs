// How far the pages reach, in Chromium against a broker that runs; see usage() below.
import { chromium } from '@playwright/test';
import { argv, env, exit, stdout } from 'node:process';
import { parseArgs } from 'node:util';

const usage = `usage: npm run measure -- [options] [URL]

Measures the admin UI in a browser against the broker at URL (TIDEMARK_URL; http://localhost:8080), and prints medians:
  - topics: from opening the list of many topics to its rows; from the last key of a search to its answer
  - tail: frames a second while a topic is written to and shown live, beside those of the same page at rest

  --topics N      topics to make, and to delete afterwards (10000; 0 leaves this part out)
  --rate N        records a second for the tail (5000; 0 leaves this part out)
  --runs N        how often each is measured (5)
  --seconds N     how long each span of the tail is (5)
  --keep          leave the topics there; they are used again by the next run
  --help

CHROMIUM names the browser (/usr/bin/chromium).`;

function fail(why) {
  console.error(`${why}\n\n${usage}`);
  exit(2);
}

function options() {
  const number = (name, text, least) => {
    if (!/^\d+$/.test(text) || Number(text) < least) fail(`--${name} must be a number of at least ${least}, not '${text}'`);
    return Number(text);
  };
  const string = (value) => ({ type: 'string', default: value });
  const flag = { type: 'boolean', default: false };
  try {
    const { values, positionals } = parseArgs({
      args: argv.slice(2),
      allowPositionals: true,
      options: { topics: string('10000'), rate: string('5000'), runs: string('5'), seconds: string('5'), keep: flag, help: flag },
    });
    if (values.help) {
      console.log(usage);
      exit(0);
    }
    return {
      url: (positionals[0] ?? env.TIDEMARK_URL ?? 'http://localhost:8080').replace(/\/$/, ''),
      topics: number('topics', values.topics, 0),
      rate: number('rate', values.rate, 0),
      runs: number('runs', values.runs, 1),
      seconds: number('seconds', values.seconds, 1),
      keep: values.keep,
    };
  } catch (error) {
    return fail(error.message);
  }
}

const { url, topics, rate, runs, seconds, keep } = options();
const TOPIC = 'measure.tail';
const nameOf = (i) => `measure.topic-${String(i).padStart(5, '0')}`;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function call(method, path, body, expected = [200, 201, 204]) {
  const answer = await fetch(url + path, {
    method,
    headers: { 'Content-Type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' },
    body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!expected.includes(answer.status)) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text;
}

async function create(cluster, topic) {
  await call('POST', `/v3/clusters/${cluster}/topics`, topic, [201]).catch((error) => {
    if (!/already exists/.test(error.message)) throw error;
  });
}

/** Does something for each of 0 to n-1, 16 at a time, and says how far it is. */
async function each(n, what, action) {
  let next = 0;
  let told = Date.now();
  const worker = async () => {
    while (next < n) {
      const i = next++;
      await action(i);
      if (stdout.isTTY && Date.now() - told > 500) {
        told = Date.now();
        stdout.write(`\r${what} ${i} of ${n} `);
      }
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  if (stdout.isTTY) stdout.write('\r\x1b[K');
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];

function report(what, values, unit, target) {
  const text = (value) => (unit === 's' ? value.toFixed(2) : value.toFixed(0));
  console.log(`${what.padEnd(52)} ${text(median(values)).padStart(7)} ${unit.padEnd(9)} ${text(Math.min(...values))} to ${text(Math.max(...values))}${target ? `; target ${target}` : ''}`);
}

const launch = () =>
  chromium.launch({
    executablePath: env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });

/** Seconds from the start of the navigation until a row of that name is drawn. */
const untilRow = (page, name) =>
  page.evaluate(
    (wanted) =>
      new Promise((resolve) => {
        const look = (now) => {
          if (document.querySelector('[role=row] a')?.textContent === wanted) resolve(now / 1000);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    name,
  );

async function measureTopics(cluster) {
  const started = Date.now();
  await each(topics, 'topics made:', (i) => create(cluster, { topic_name: nameOf(i), partitions_count: 1 }));
  console.log(`${topics} topics made in ${((Date.now() - started) / 1000).toFixed(0)} s`);
  const cold = [];
  const warm = [];
  const search = [];
  for (let run = 0; run < runs; run++) {
    const browser = await launch();
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    for (const times of [cold, warm]) {
      await page.goto(`${url}/ui/topics?q=measure.topic`, { waitUntil: 'commit' });
      times.push(await untilRow(page, nameOf(0)));
      await page.locator('[data-search]').waitFor();
    }
    // Odd: not the first of those that its name without the last digit finds.
    const wanted = nameOf(Math.floor((topics * (run + 1)) / (runs + 1)) | 1);
    await page.locator('[data-search]').fill(wanted.slice(0, -1));
    await page.locator('[data-search]').press('End');
    await sleep(1_000);
    const before = await page.evaluate(() => performance.now() / 1000);
    await page.keyboard.type(wanted.slice(-1));
    search.push((await untilRow(page, wanted)) - before);
    await browser.close();
  }
  report(`${topics} topics: opened, until rows are drawn, cold`, cold, 's', '1 s');
  report(`${topics} topics: opened again`, warm, 's', '1 s');
  report(`${topics} topics: a key of a search, until its answer`, search, 's');
  if (!keep) await each(topics, 'topics deleted:', (i) => call('DELETE', `/v3/clusters/${cluster}/topics/${nameOf(i)}`, undefined, [204, 404]));
}

/** Frames a second over a span. */
const frames = (page) =>
  page.evaluate(
    (ms) =>
      new Promise((resolve) => {
        let count = 0;
        const start = performance.now();
        const next = () => {
          count++;
          if (performance.now() - start < ms) requestAnimationFrame(next);
          else resolve((count * 1000) / (performance.now() - start));
        };
        requestAnimationFrame(next);
      }),
    seconds * 1000,
  );

async function measureTail(cluster) {
  await create(cluster, { topic_name: TOPIC, partitions_count: 6 });
  const browser = await launch();
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.goto(`${url}/ui/topics/${TOPIC}?live=true`);
  await page.getByText('live', { exact: true }).waitFor();
  await sleep(1_000);
  const still = await frames(page);
  // Ten batches a second, in step with the clock.
  const lines = Array.from({ length: Math.ceil(rate / 10) }, (_, i) => `{"key":"k${i}","value":{"n":${i},"text":"a record of some length, as there are many"}}\n`).join('');
  let sending = true;
  let sent = 0;
  const start = Date.now();
  const sender = (async () => {
    for (let i = 1; sending; i++) {
      await call('POST', `/topics/${TOPIC}/events`, lines);
      sent += Math.ceil(rate / 10);
      await sleep(Math.max(0, i * 100 - (Date.now() - start)));
    }
  })();
  await sleep(2_000);
  const live = [];
  for (let run = 0; run < runs; run++) live.push(await frames(page));
  sending = false;
  await sender;
  const perSecond = (sent * 1000) / (Date.now() - start);
  await sleep(1_000);
  const dropped = await page.getByTestId('dropped').textContent();
  const state = await page.getByTestId('tail-state').textContent();
  await browser.close();
  await call('DELETE', `/v3/clusters/${cluster}/topics/${TOPIC}`);
  report('tail: frames of the page at rest', [still], 'a second');
  report(`tail: frames while ${perSecond.toFixed(0)} records/s come`, live, 'a second', '50');
  console.log(`tail: ${sent} sent, ${state}, ${dropped}`);
}

try {
  const cluster = JSON.parse(await call('GET', '/admin/overview')).cluster_id;
  if (topics > 0) await measureTopics(cluster);
  if (rate > 0) await measureTail(cluster);
} catch (error) {
  console.error(`${url}: ${error.cause?.message ?? error.message}`);
  exit(1);
}
