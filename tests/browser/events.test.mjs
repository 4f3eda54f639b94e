// Server-Sent Events in Chromium's own EventSource: what comes, and that it resumes after the gateway was away.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { patienceMs, startBrowser } from './browser.mjs';
import { start, stopAll } from './stage.mjs';

let gateway;
let browser;
let page;

/** Publishes through the page that follows. @returns the reply */
function publish(data) {
  return page.evaluate(async (value) => {
    const answer = await fetch('/v1/publish', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ topic: 'chat/events', data: value }),
    });
    return answer.json();
  }, data);
}

/** Resolves when the page has seen this data. */
function seen(data) {
  return page.waitForFunction((value) => globalThis.seen.includes(value), data, { timeout: patienceMs });
}

before(async () => {
  browser = await startBrowser();
  gateway = await start();
}, { timeout: 60_000 });

after(async () => {
  await browser?.close();
  await stopAll();
});

describe('an EventSource', { timeout: 120_000 }, () => {
  before(async () => {
    page = await (await browser.newContext()).newPage();
    await page.goto(gateway.pageUrl);
  });

  it('gets what is published, each once and in order', async () => {
    await page.evaluate(() => {
      globalThis.seen = [];
      globalThis.opened = 0;
      const events = new EventSource('/v1/events?filter=chat/events&delivery=all');
      events.onopen = () => globalThis.opened++;
      events.onmessage = ({ data, lastEventId }) => {
        const message = JSON.parse(data);
        globalThis.lastId = lastEventId;
        if ('d' in message) globalThis.seen.push(message.d);
        if (message.op === 'ready') globalThis.isReady = true;
      };
      globalThis.events = events;
    });
    await page.waitForFunction(() => globalThis.isReady, undefined, { timeout: patienceMs });
    for (let number = 1; number <= 20; number++) assert.equal((await publish(number)).offset, number);
    await seen(20);
    assert.deepEqual(await page.evaluate(() => globalThis.seen), Array.from({ length: 20 }, (_, i) => i + 1));
    assert.match(await page.evaluate(() => globalThis.lastId), /^[a-z0-9]+:20$/);
  });

  it('comes back by itself, with its place, when its session is ended', async () => {
    const admin = gateway.address('admin').href;
    const { sessions } = await (await fetch(`${admin}admin/sessions`)).json();
    const mine = sessions.filter(({ subscriptions }) => subscriptions === 1);
    assert.equal(mine.length, 1);
    await fetch(`${admin}admin/sessions/${mine[0].session}`, { method: 'DELETE', headers: { 'Content-Type': 'application/json' } });
    await publish(21); // while it is away
    await seen(21);
    await page.waitForFunction(() => globalThis.opened === 2, undefined, { timeout: patienceMs });
    await publish(22);
    await seen(22);
    assert.deepEqual(await page.evaluate(() => globalThis.seen), Array.from({ length: 22 }, (_, i) => i + 1));
  });
});
