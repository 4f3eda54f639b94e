// The sliders of the demo page, moved as somebody with a mouse moves them: what the page measures follows within a
// second, and what the browser receives stays within the limit and one burst.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DemoPage, Frames, patienceMs, startBrowser } from './browser.mjs';
import { feed, start, stopAll } from './stage.mjs';

const followMs = 1000;
const heldMs = 4000;
/** SPEC "Limits": a quarter of a second's worth, and one delivery. */
const burstSeconds = 0.25;
/** What was sent evenly may arrive in bunches on a busy machine. */
const jitterSeconds = 0.15;

let browser;
let gateway;
let demo;
let frames;

before(async () => {
  browser = await startBrowser();
  gateway = await start();
  feed(gateway);
  demo = await DemoPage.open(browser, gateway.pageUrl);
  frames = await Frames.of(demo.page);
  await demo.isIn('live');
  await demo.changes('#quotes');
}, { timeout: patienceMs });

after(async () => {
  await demo?.page.context().close();
  await browser?.close();
  await stopAll();
  assert.deepEqual(demo?.complaints, []);
});

/** Moves a slider with the mouse, and tells from when on the new limit was in force, by the browser's clock. */
async function drag(name, limit) {
  const replies = frames.replies.length;
  await demo.drag(name, limit);
  const droppedAt = Date.now();
  await demo.says(`#limit-${name} .text`, new RegExp(`limit in force ${limit.replaceAll('.', '\\.')}$`));
  assert.ok(frames.replies.length > replies, 'the gateway has answered');
  return { droppedAt, inForceAt: frames.replies.at(-1) };
}

/** What the page says that it measures, every 100 ms, by the wall clock. */
async function watch(name, ms) {
  const readings = [];
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const rate = DemoPage.rateIn(await demo.text(`#limit-${name} .text`));
    readings.push({ at: Date.now(), rate });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return readings;
}

/** The most that comes within a limit over some seconds. */
function most(perSecond, seconds, delivery) {
  return perSecond * (seconds + burstSeconds + jitterSeconds) + delivery;
}

/**
 * Over any time: from each frame that counts to each later one.
 *
 * @param amount what a frame counts for
 * @param atChange what may come besides, once, when another limit comes into force
 */
function assertWithin(perSecond, since, amount, atChange = 0) {
  const came = frames.since(since).filter((frame) => amount(frame) > 0);
  assert.ok(came.length > 0, 'something still comes');
  const largest = Math.max(...came.map(amount));
  for (const [from, { at }] of came.entries()) {
    let sum = from === 0 ? -atChange : 0;
    for (const frame of came.slice(from)) {
      sum += amount(frame);
      const allowed = most(perSecond, frame.at - at, largest);
      assert.ok(sum <= allowed, `${sum} in ${frame.at - at} s are more than ${allowed}`);
    }
  }
}

/** @param delivery the largest, in what the limit counts */
async function assertFollows(name, perSecond, droppedAt, delivery) {
  const readings = await watch(name, heldMs);
  // The page measures over half a second at least.
  const allowed = perSecond + (perSecond * burstSeconds + delivery) / 0.5;
  const late = readings.filter(({ at }) => at >= droppedAt + followMs);
  assert.ok(late.length > 10, `${late.length} readings`);
  assert.ok(late.every(({ rate }) => rate <= allowed), `at most ${allowed}: ${JSON.stringify(late)}`);
  assert.ok(late.at(-1).rate > perSecond * 0.5, `something still comes: ${JSON.stringify(late.at(-1))}`);
}

const isDelivery = ({ message }) => message.t !== undefined;

describe('a slider of the demo page', { timeout: 180_000 }, () => {
  it('of bandwidth', async () => {
    for (const [limit, perSecond] of [['8.0 kB/s', 8000], ['2.0 kB/s', 2000], ['4.0 kB/s', 4000]]) {
      const { droppedAt, inForceAt } = await drag('bytes', limit);
      await assertFollows('bytes', perSecond, droppedAt, 500);
      assertWithin(perSecond, inForceAt, ({ bytes }) => bytes);
    }
    await demo.drag('bytes', 'no limit');
  });

  it('of messages', async () => {
    for (const [limit, perSecond] of [['20 /s', 20], ['5.0 /s', 5]]) {
      const { droppedAt, inForceAt } = await drag('messages', limit);
      await assertFollows('messages', perSecond, droppedAt, 1);
      assertWithin(perSecond, inForceAt, (frame) => (isDelivery(frame) ? 1 : 0));
    }
    await demo.drag('messages', 'no limit');
  });

  it('of the frequency of each quote', async () => {
    for (const [limit, perSecond] of [['2.0 /s', 2], ['1.0 /s', 1]]) {
      const { droppedAt, inForceAt } = await drag('rate', limit);
      await assertFollows('rate', perSecond, droppedAt, 1);
      const topics = new Set(frames.since(inForceAt).map(({ message }) => message.t));
      const quotes = [...topics].filter((t) => frames.topics.get(t)?.startsWith('quotes/'));
      assert.ok(quotes.length > 5, `${quotes.length} quotes`);
      // Rates of topics have slots, so that clients share frames: the first one may come right after the change.
      for (const t of quotes) assertWithin(perSecond, inForceAt, ({ message }) => (message.t === t ? 1 : 0), 1);
    }
    await demo.drag('rate', 'no limit');
  });
});
