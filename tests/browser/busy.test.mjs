// A page whose thread has little time, subscribed to more than it can handle: how old is what it shows?
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { patienceMs, startBrowser } from './browser.mjs';
import { source, start, stopAll } from './stage.mjs';

const messageBytes = 2000;
const perSecond = 400;
const otherWork = { busy: 80, every: 100 };
const settleMs = 4000;
const measuredMs = 8000;

let browser;
let gateway;
let feed;
let script;

/** Sends `perSecond` values a second, whatever the timer makes of it; returns what ends that. */
function startFeed(port) {
  const socket = connect(port, '127.0.0.1');
  const began = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) * perSecond) / 1000);
    for (; sent < due; sent++) {
      const entry = { topic: 'busy/a', data: { at: Date.now(), number: sent, filler: '' } };
      entry.data.filler = 'x'.repeat(messageBytes - JSON.stringify(entry.data).length);
      socket.write(`${JSON.stringify(entry)}\n`);
    }
  }, 2);
  socket.on('error', () => clearInterval(timer));
  return () => {
    clearInterval(timer);
    socket.destroy();
  };
}

before(async () => {
  const entry = join(source, 'tests/browser/busy_page.ts');
  const bundle = await build({ entryPoints: [entry], bundle: true, write: false, format: 'esm', target: 'es2022' });
  script = bundle.outputFiles[0].text;
  browser = await startBrowser();
  gateway = await start();
  feed = startFeed(gateway.port('adapter:feed'));
}, { timeout: patienceMs });

after(async () => {
  feed?.();
  await browser?.close();
  await stopAll();
});

function at(ages, share) {
  return ages[Math.ceil(ages.length * share) - 1];
}

/** How old the data is that such a page handles. @param window of the SDK: 0: none; undefined: it sizes one itself */
async function measure(costMs, window) {
  const context = await browser.newContext();
  const tab = await context.newPage();
  const query = new URLSearchParams({ ...otherWork, cost: costMs });
  if (window !== undefined) query.set('window', String(window));
  const url = new URL(`busy.html?${query}`, gateway.pageUrl);
  await context.route('**/busy.html*', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><script type="module" src="busy.js"></script>' }),
  );
  await context.route('**/busy.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await tab.goto(url.href);
  await new Promise((resolve) => setTimeout(resolve, settleMs + measuredMs));
  const { seen, now, windowBytes } = await tab.evaluate(() => ({
    seen: globalThis.seen,
    now: performance.now(),
    windowBytes: globalThis.client.limits?.windowBytes,
  }));
  await context.close();
  const late = seen.filter(({ atMs }) => atMs > now - measuredMs);
  const ages = late.map(({ ageMs }) => ageMs).sort((a, b) => a - b);
  const [first, last] = [late[0], late.at(-1)];
  const overMs = last.atMs - first.atMs;
  return {
    handledPerSecond: Math.round((late.length * 1000) / overMs),
    fedPerSecond: Math.round(((last.number - first.number) * 1000) / overMs),
    otherWork: `${Math.round(((last.busyTotalMs - first.busyTotalMs) * 100) / overMs)} %`,
    medianMs: at(ages, 0.5),
    p95Ms: at(ages, 0.95),
    p99Ms: at(ages, 0.99),
    lastMs: last.ageMs,
    windowBytes,
  };
}

/** Other work takes 80 of every 100 ms, as far as the browser lets it, and the handler takes `costMs` for each delivery. */
const pages = [
  { name: 'with a quick handler', costMs: 4 },
  { name: 'with a handler that takes 40 ms', costMs: 40, isCompared: true },
];

describe('a page whose thread is busy for 80 % of the time', { timeout: 180_000 }, () => {
  for (const { name, costMs, isCompared } of pages) {
    it(`sees data that is less than a second old, ${name}`, async (test) => {
      const held = await measure(costMs, undefined);
      test.diagnostic(`window sized by the client: ${JSON.stringify(held)}`);
      // What the window is for, to be read: how old it gets without depends on the browser's and the kernel's buffers.
      if (isCompared) test.diagnostic(`no window: ${JSON.stringify(await measure(costMs, 0))}`);
      assert.ok(held.fedPerSecond > perSecond / 2, `${held.fedPerSecond} a second were fed`);
      assert.ok(held.handledPerSecond > 5, `${held.handledPerSecond} a second were handled`);
      assert.ok(held.medianMs < 1000 && held.p95Ms < 1000, `half is ${held.medianMs} ms old, 95 % at most ${held.p95Ms}`);
    });
  }
});
