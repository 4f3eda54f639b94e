// Takes gateway/docs/demo.png from the real page: a gateway, the example feeder, a lower limit set half way through the
// last minute. Run by `npm run picture` in the folder where the browser tests have run, with their environment.
import { join } from 'node:path';
import { DemoPage, startBrowser } from './browser.mjs';
import { feed, start, stopAll } from './stage.mjs';

const freeMs = 30_000;
const limitedMs = 28_000;
const lines = [
  ['ann', 'is anybody here?'],
  ['ben', 'yes, and moving the sliders'],
];

const browser = await startBrowser();
const gateway = await start();
feed(gateway);
try {
  const demo = await DemoPage.open(browser, gateway.pageUrl);
  await demo.isIn('live');
  for (const [name, text] of lines) {
    await demo.page.fill('#name', name);
    await demo.page.fill('#text', text);
    await demo.page.press('#text', 'Enter');
    await demo.says('#chat li:last-child', new RegExp(name));
  }
  await demo.receives(freeMs);
  await demo.slide('bytes', '8.0 kB/s');
  await demo.page.locator('#slider-bytes').evaluate((slider) => slider.blur());
  await demo.receives(limitedMs);
  await demo.page.screenshot({ path: join(process.env.WEIR_SCREENSHOTS, 'demo.png') });
} finally {
  await browser.close();
  await stopAll();
}
