// The demo page of the gateway in Chromium: what it shows moves, and it outlives the gateway.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DemoPage, startBrowser } from './browser.mjs';
import { feed, source, start, stopAll } from './stage.mjs';

const screenshots = process.env.WEIR_SCREENSHOTS;

/** Sends one line to the feed, as `nc` does. */
function sendLine(gateway, line) {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.port('adapter:feed'), '127.0.0.1', () => socket.end(`${line}\n`));
    socket.once('error', reject).once('close', resolve).resume();
  });
}

let gateway;
let browser;

before(async () => {
  await mkdir(screenshots, { recursive: true });
  browser = await startBrowser();
  gateway = await start();
  feed(gateway);
}, { timeout: 60_000 });

after(async () => {
  await browser?.close();
  await stopAll();
});

describe('the demo page', { timeout: 300_000 }, () => {
  let demo;

  before(async () => {
    demo = await DemoPage.open(browser, gateway.pageUrl);
    await demo.isIn('live');
  });

  after(async () => {
    await demo.page.context().close();
    assert.deepEqual(demo.complaints, []);
  });

  it('shows quotes that move, and says that they are simulated', async () => {
    await demo.changes('#quotes');
    await demo.says('#simulated', /^simulated prices$/);
  });

  it('shows how the host is doing', async () => {
    await demo.says('#cpu-percent', /^\d+ %$/);
    await demo.says('#memory-percent', /^\d+ %$/);
    await demo.says('#load', /^\d+\.\d\d +\d+\.\d\d +\d+\.\d\d$/);
    await demo.says('#devices', /B\/s/);
    await demo.says('#uptime', /^up \d+/);
    await demo.changes('#devices');
  });

  it('says what it receives, and how old that is', async () => {
    await demo.says('#stat-messages .figure', /^[1-9]\d* \/s$/);
    await demo.says('#stat-bytes .figure', /^[1-9][\d.]* k?B\/s$/);
    await demo.says('#stat-age .figure', /^(<1|\d{1,3}) ms$/);
    await demo.says('#stat-gaps .figure', /^0$/);
    await demo.says('#round-trip', /^(<1|\d+) ms round trip$/);
  });

  it('shows a line that somebody sends to the TCP feed', async () => {
    await sendLine(gateway, '{"topic":"quotes/LINE","data":{"bid":1.25}}');
    await demo.says('#quotes tr[data-symbol="LINE"]', /1\.25/);
    await demo.says('#simulated', /^some prices are simulated$/);
  });

  it('shows what it is sent as text, whatever is in there', async () => {
    await sendLine(gateway, '{"topic":"quotes/<img src=x>","data":{"last":"<b>","bid":2.5}}');
    await demo.says('#quotes tr[data-symbol="<img src=x>"]', /^<img src=x>/);
    assert.equal(await demo.page.locator('#quotes img').count(), 0);
  });

  it('carries a chat', async () => {
    await demo.page.fill('#name', 'ann');
    await demo.page.fill('#text', 'is anybody here?');
    await demo.page.press('#text', 'Enter');
    await demo.says('#chat li:last-child', /ann\s+is anybody here\?/);
    assert.equal(await demo.page.inputValue('#text'), '');
  });
});

describe('without a gateway', { timeout: 300_000 }, () => {
  it('the page says so, and comes back with it', async () => {
    const first = await start();
    const ports = { client: first.port('client'), feed: first.port('adapter:feed') };
    const quotes = feed(first);
    const demo = await DemoPage.open(browser, first.pageUrl);
    await demo.isIn('live');
    await demo.changes('#quotes');
    await demo.page.fill('#text', 'before');
    await demo.page.press('#text', 'Enter');
    await demo.says('#chat li:last-child', /before/);
    await first.kill();
    await demo.isIn('reconnecting');
    await demo.says('#connection', /^reconnecting/);
    await demo.page.screenshot({ path: join(screenshots, 'reconnecting.png') });
    await quotes.stop();

    feed(await start(ports));
    await demo.isIn('live');
    await demo.changes('#quotes');
    await demo.changes('#devices');
    const others = demo.complaints.filter((text) => !/^WebSocket connection to .* failed/.test(text)); // while it was away
    assert.deepEqual(others, []);
    await demo.page.context().close();
  });
});

describe('the plain page', { timeout: 300_000 }, () => {
  it('shows the newest values without bundler or library', async () => {
    const folder = join(source, 'gateway/console/plain');
    const context = await browser.newContext();
    // A gateway that was built with npm serves the demo page: its place is taken here, the WebSocket stays.
    await context.route(`${gateway.pageUrl}**`, (route) => {
      const name = new URL(route.request().url()).pathname.slice(1) || 'index.html';
      return route.fulfill({ path: join(name === 'icon.svg' ? join(folder, '..') : folder, name) });
    });
    const plain = await DemoPage.openIn(context, gateway.pageUrl);
    await plain.isIn('live');
    await plain.says('#topics', /quotes\/\w+/);
    await plain.says('#topics', /host\/cpu/);
    await plain.changes('#topics');
    await context.close();
    assert.deepEqual(plain.complaints, []);
  });
});

describe('the files of the page', () => {
  it('are small, come with a strict policy, and hold no script or style inside the markup', async () => {
    const page = await fetch(gateway.pageUrl);
    const html = await page.text();
    const policy = page.headers.get('content-security-policy');
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.doesNotMatch(policy, /unsafe|\*|data:/);
    const names = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, name]) => name);
    let bytes = Buffer.byteLength(html);
    for (const name of new Set(names)) {
      const response = await fetch(new URL(name, gateway.pageUrl));
      assert.equal(response.status, 200, name);
      bytes += (await response.arrayBuffer()).byteLength;
    }
    assert.ok(names.length >= 3 && bytes < 100_000, `${bytes} bytes in ${names}`);
    assert.doesNotMatch(html, /<style|<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=/i);
  });
});

describe('in every window', { timeout: 300_000 }, () => {
  const windows = [
    { name: 'light', colorScheme: 'light', width: 1280, height: 800 },
    { name: 'dark', colorScheme: 'dark', width: 1280, height: 800 },
    { name: 'phone', colorScheme: 'light', width: 390, height: 844 },
    { name: 'phone-dark', colorScheme: 'dark', width: 390, height: 844 },
  ];
  for (const { name, ...window } of windows) {
    it(`the page fits its width and does not jump: ${name}`, async () => {
      const demo = await DemoPage.open(browser, gateway.pageUrl, window);
      await demo.page.evaluate(() => {
        globalThis.shift = 0;
        const note = (list) => list.getEntries().forEach(({ value }) => (globalThis.shift += value));
        new PerformanceObserver(note).observe({ type: 'layout-shift', buffered: true });
      });
      await demo.isIn('live');
      await demo.changes('#quotes');
      await demo.receives(3000);
      const { scroll, inner, shift } = await demo.page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        inner: innerWidth,
        shift: globalThis.shift,
      }));
      assert.ok(scroll <= inner, `${scroll} px in ${inner}`);
      assert.ok(shift < 0.05, `layout shift ${shift}`);
      await demo.page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: window.width < 700 });
      await demo.page.context().close();
      assert.deepEqual(demo.complaints, []);
    });
  }
});
