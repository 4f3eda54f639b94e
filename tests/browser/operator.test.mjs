// The operator's page on the admin port, beside a demo page that it gives a ceiling.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DemoPage, patienceMs, startBrowser } from './browser.mjs';
import { feed, start, stopAll } from './stage.mjs';

const screenshots = process.env.WEIR_SCREENSHOTS;

let browser;
let demo;
let operator;

before(async () => {
  await mkdir(screenshots, { recursive: true });
  browser = await startBrowser();
  const gateway = await start();
  feed(gateway);
  demo = await DemoPage.open(browser, gateway.pageUrl);
  await demo.isIn('live');
  await demo.changes('#quotes');
  operator = await DemoPage.open(browser, gateway.address('admin').href);
}, { timeout: patienceMs });

after(async () => {
  await browser?.close();
  await stopAll();
  assert.deepEqual([...(demo?.complaints ?? []), ...(operator?.complaints ?? [])], []);
});

describe("the operator's page", { timeout: 180_000 }, () => {
  it('says that the gateway is ready, who is connected and what that takes', async () => {
    await operator.says('#ready', /^ready$/);
    await operator.says('#sessions-count', /^1$/);
    await operator.says('#sessions tbody tr', /[1-9]\d* \/s\s+[\d.]+ kB\/s/);
  });

  it('lists topics, those of a filter, and adapters', async () => {
    await operator.says('#topics tr[data-name="quotes/AAPL"]', /[1-9][\d.]* \/s/);
    await operator.says('#adapters tr[data-name="feed"]', /up[^]*\w+ [1-9]/);
    await operator.page.fill('#filter', 'host/cpu');
    await operator.says('#topics-count', /^1$/);
    assert.equal(await operator.page.locator('#topics tbody tr').count(), 1);
    await operator.page.screenshot({ path: join(screenshots, 'operator.png') });
  });

  it('gives a session a ceiling, and the demo page says so and is held to it', async () => {
    await operator.page.locator('#sessions select').first().selectOption('2000');
    await demo.says('#limit-note', /operator/);
    await demo.says('#limit-bytes .text', /limit in force 2\.0 kB\/s$/);
    await operator.says('#sessions tbody tr', /2\.0 kB\/s/);
    const held = await demo.receives(3000);
    assert.ok(held.bytes <= 2000 * (1 + 0.4 / held.seconds) + 600 / held.seconds, `${held.bytes} B/s`);
    await operator.page.locator('#sessions select').first().selectOption('0');
    await demo.says('#limit-bytes .text', /no limit in force$/);
  });

  it('says what is wrong with a filter', async () => {
    operator.complaints.length = 0;
    await operator.page.fill('#filter', 'a//b');
    await operator.says('#topics-count', /empty level/);
    await operator.page.fill('#filter', '#');
    await operator.says('#topics-count', /^\d\d+$/);
    // The browser itself writes down every answer of 400.
    operator.complaints = operator.complaints.filter((text) => !/status of 400/.test(text));
  });

  it('fits the width of a phone', async () => {
    await operator.page.setViewportSize({ width: 390, height: 844 });
    const { scroll, inner } = await operator.page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      inner: innerWidth,
    }));
    assert.ok(scroll <= inner, `${scroll} px in ${inner}`);
    await operator.page.screenshot({ path: join(screenshots, 'operator-phone.png') });
  });
});
