// Chromium from Debian, driven by playwright-core.
import { chromium } from 'playwright-core';

/** Waits that end with what they wait for; a page that does not do it in this time is broken. */
export const patienceMs = 60_000;

export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.WEIR_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', // tests may run as root
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-features=LocalNetworkAccessChecks', // a page whose files a test replaces counts as one from the internet
    ],
  });
}

/** A message as on the wire, with its frame header. */
function wireBytes(payloadBytes) {
  return payloadBytes + (payloadBytes < 126 ? 2 : 4);
}

/** The demo page in a window of its own, and what it has received and complained about. */
export class DemoPage {
  /** Payload bytes and count of the messages received, as the browser saw them. */
  received = { messages: 0, bytes: 0 };
  /** What a console would show as an error. @type {string[]} */
  complaints = [];

  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(patienceMs);
    page.on('pageerror', (problem) => this.complaints.push(String(problem)));
    page.on('console', (message) => message.type() === 'error' && this.complaints.push(message.text()));
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => this.#count(payload)));
  }

  static async open(browser, url, { colorScheme = 'light', width = 1280, height = 800 } = {}) {
    return DemoPage.openIn(await browser.newContext({ colorScheme, viewport: { width, height } }), url);
  }

  static async openIn(context, url) {
    const demo = new DemoPage(await context.newPage());
    await demo.page.goto(url);
    return demo;
  }

  text(selector) {
    return this.page.locator(selector).first().innerText();
  }

  /** Resolves when the page says that its connection is in this state. */
  async isIn(state) {
    await this.page.locator(`#connection[data-state="${state}"]`).waitFor();
  }

  /** Resolves when the text is another one than now. */
  async changes(selector) {
    const before = await this.text(selector);
    await this.page.waitForFunction(
      ([where, old]) => document.querySelector(where)?.innerText !== old,
      [selector, before],
    );
  }

  /** Resolves when the element's text matches. */
  async says(selector, pattern) {
    await this.page.waitForFunction(
      ([where, source]) => new RegExp(source).test(document.querySelector(where)?.innerText ?? ''),
      [selector, pattern.source],
    );
  }

  /** Moves a slider by its name, as somebody with a keyboard does. @param limit as the page writes it */
  async slide(name, limit) {
    const slider = this.page.locator(`#slider-${name}`);
    await slider.focus();
    await slider.press('Home');
    for (let i = 0; (await slider.getAttribute('aria-valuetext')) !== limit; i++) {
      if (i > 20) throw new Error(`the slider ${name} has no ${limit}`);
      await slider.press('ArrowRight');
    }
    if (limit === 'no limit') await this.says(`#limit-${name} .text`, /no limit in force/);
    else await this.says(`#limit-${name} .text`, new RegExp(`limit in force ${limit.replaceAll('.', '\\.')}$`));
  }

  /** Moves a slider by its name with the mouse. @param limit as the page writes it */
  async drag(name, limit) {
    const slider = this.page.locator(`#slider-${name}`);
    await slider.scrollIntoViewIfNeeded();
    const box = await slider.boundingBox();
    const steps = Number(await slider.getAttribute('max'));
    const thumb = 16;
    const at = (step) => [box.x + thumb / 2 + ((box.width - thumb) * step) / steps, box.y + box.height / 2];
    await this.page.mouse.move(...at(Number(await slider.inputValue())));
    await this.page.mouse.down();
    for (let step = 0; (await slider.getAttribute('aria-valuetext')) !== limit; step++) {
      if (step > steps) throw new Error(`the slider ${name} has no ${limit}`);
      await this.page.mouse.move(...at(step), { steps: 3 });
    }
    await this.page.mouse.up();
  }

  /** The rate that a text like "measured 1.9 kB/s" tells, in bytes or events a second; NaN: none. */
  static rateIn(text) {
    const [, value, prefix] = /^measured ([\d.]+) (k?)/.exec(text) ?? [];
    return Number(value) * (prefix === 'k' ? 1000 : 1);
  }

  /** What came in over so many milliseconds, per second. */
  async receives(ms) {
    const before = { ...this.received };
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, ms));
    const seconds = (performance.now() - start) / 1000;
    const { messages, bytes } = this.received;
    return { messages: (messages - before.messages) / seconds, bytes: (bytes - before.bytes) / seconds, seconds };
  }

  #count(payload) {
    this.received.messages++;
    this.received.bytes += wireBytes(Buffer.byteLength(payload));
  }
}

/** The messages that a page receives, as the DevTools protocol tells them, by the browser's own clock. */
export class Frames {
  /** @type {{ at: number, bytes: number, message: any }[]} */
  all = [];
  /** When the gateway answered a request for another limit, in seconds. @type {number[]} */
  replies = [];
  /** Topics by their number. @type {Map<number, string>} */
  topics = new Map();

  /** What comes from now on, and for topics what came before: the page is loaded again. */
  static async of(page) {
    const frames = new Frames();
    const session = await page.context().newCDPSession(page);
    session.on('Network.webSocketFrameReceived', ({ timestamp, response }) => frames.#add(timestamp, response.payloadData));
    await session.send('Network.enable');
    await page.reload();
    return frames;
  }

  /** Those that came after this moment. */
  since(at) {
    return this.all.filter((frame) => frame.at > at);
  }

  #add(at, text) {
    const message = JSON.parse(text);
    if (message.op === 'topic') this.topics.set(message.t, message.topic);
    if (message.re !== undefined && (message.limits ?? message.max_rate) !== undefined) this.replies.push(at);
    this.all.push({ at, bytes: wireBytes(Buffer.byteLength(text)), message });
  }
}
