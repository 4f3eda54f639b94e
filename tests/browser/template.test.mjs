// The page of the template for plug-ins, as its README says: from where it says, it shows what the plug-in publishes.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { patienceMs, startBrowser } from './browser.mjs';
import { source } from './stage.mjs';

const { startGateway } = await import(join(source, 'tests/support/gateway.mjs'));
/** Where the template was built (tests/integration/adapters/build_examples.cmake). */
const template = process.env.WEIR_TEMPLATE;

let browser;
let gateway;

before(async () => {
  browser = await startBrowser();
  const config = (await readFile(join(template, 'weir.toml'), 'utf8'))
    .replace('port = 8080', 'port = 0')
    .replace('port = 8081', 'port = 0')
    .replace('build/clock.so', join(template, 'build/clock.so'));
  gateway = await startGateway({ binary: process.env.WEIR_BINARY, config, listens: ['client', 'admin'] });
}, { timeout: patienceMs });

after(async () => {
  await browser?.close();
  await gateway?.stop();
});

it('shows the time, and a later one after it', { timeout: patienceMs }, async () => {
  const page = await browser.newPage();
  const text = await readFile(join(template, 'index.html'), 'utf8');
  const body = text.replace('127.0.0.1:8080', gateway.address('client').host);
  assert.notEqual(body, text);
  await page.route('http://127.0.0.1:8000/', (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto('http://127.0.0.1:8000/');
  const time = page.locator('#time', { hasText: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/ });
  await time.waitFor({ timeout: patienceMs });
  const first = await time.innerText();
  await page.locator('#time').filter({ hasNotText: first }).waitFor({ timeout: patienceMs });
  assert.ok((await time.innerText()) > first);
});
