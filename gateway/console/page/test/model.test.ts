import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AgeMeter } from '../src/model/age_meter.js';
import { readChatLine } from '../src/model/chat_line.js';
import { bytes, bytesPerSecond, duration, perSecond, signed, toText, uptime } from '../src/model/format.js';
import { History } from '../src/model/history.js';
import { readHostNews } from '../src/model/host.js';
import { readQuote, trend } from '../src/model/quote.js';
import { RateMeter } from '../src/model/rate_meter.js';
import { Steps } from '../src/model/steps.js';
import { Growth } from '../src/operator/growth.js';
import { points, scaleAround, scaleFromZero } from '../src/model/trace.js';

describe('a rate', () => {
  it('is what was counted in the window', () => {
    const meter = new RateMeter(3000);
    assert.equal(meter.perSecond(), 0);
    for (let second = 0; second <= 10; second++) meter.sample(second * 1000, second * 50);
    assert.equal(meter.perSecond(), 50);
  });

  it('forgets what is older than the window', () => {
    const meter = new RateMeter(3000);
    meter.sample(0, 0);
    meter.sample(1000, 5000);
    for (let quarter = 5; quarter <= 16; quarter++) meter.sample(quarter * 250, 5000);
    assert.equal(meter.perSecond(), 0);
  });

  it('after a restart is that of what came since, from half a window on', () => {
    const meter = new RateMeter(1000);
    for (let quarter = 0; quarter <= 8; quarter++) meter.sample(quarter * 250, quarter * 100);
    meter.restart(2100, 840);
    meter.sample(2250, 842);
    assert.equal(meter.perSecond(), 400);
    meter.sample(2500, 847);
    assert.equal(meter.perSecond(), 400);
    meter.sample(2750, 853);
    assert.equal(meter.perSecond(), 20);
  });

  it('is right when a hidden page looks rarely', () => {
    const meter = new RateMeter(3000);
    meter.sample(0, 0);
    meter.sample(60_000, 600);
    assert.equal(meter.perSecond(), 10);
  });
});

describe('ages', () => {
  it('are summed up over the window, and never negative', () => {
    const meter = new AgeMeter(1000);
    assert.equal(meter.summary(0), undefined);
    meter.add(0, 500);
    for (const age of [3, -2, 9]) meter.add(600, age);
    assert.deepEqual(meter.summary(900), { medianMs: 3, maxMs: 500 });
    assert.deepEqual(meter.summary(1200), { medianMs: 3, maxMs: 9 });
    assert.equal(meter.summary(1600), undefined);
  });

  it('stay bounded however fast they come', () => {
    const meter = new AgeMeter(1000);
    for (let i = 0; i < 100_000; i++) meter.add(1, i);
    assert.equal(meter.summary(2)?.maxMs, 99_999);
  });
});

it('a history keeps the newest', () => {
  const history = new History(3);
  for (const value of [1, 2, 3, 4]) history.push(value);
  assert.deepEqual(history.values, [2, 3, 4]);
});

it('the last step of a slider is no limit', () => {
  const steps = new Steps([1, 5, 10]);
  assert.deepEqual([0, 1, 2, steps.positionMax].map((position) => steps.limitAt(position)), [1, 5, 10, 0]);
});

describe('figures', () => {
  const rows: readonly [string, string][] = [
    [toText(bytes(0)), '0 B'],
    [toText(bytes(999)), '999 B'],
    [toText(bytes(1000)), '1.0 kB'],
    [toText(bytes(99_949)), '99.9 kB'],
    [toText(bytes(99_950)), '100 kB'],
    [toText(bytes(999_500)), '1.0 MB'],
    [toText(bytesPerSecond(4000)), '4.0 kB/s'],
    [toText(perSecond(0)), '0 /s'],
    [toText(perSecond(0.5)), '0.5 /s'],
    [toText(perSecond(9.96)), '10 /s'],
    [toText(duration(0.2)), '<1 ms'],
    [toText(duration(999.4)), '999 ms'],
    [toText(duration(1000)), '1.0 s'],
    [toText(duration(180_000)), '3 min'],
    [uptime(59), '0 min'],
    [uptime(3600 * 4 + 60 * 12), '4 h 12 min'],
    [uptime(86_400 * 3 + 3600), '3 d 1 h'],
    [signed(0.001, 2), '0.00'],
    [signed(-1.5, 2), '−1.50'],
    [signed(1.5, 2), '+1.50'],
    [signed(undefined, 2), '–'],
  ];
  for (const [text, expected] of rows) it(`say ${expected}`, () => assert.equal(text, expected));
});

describe('a quote', () => {
  it('is read as it was published', () => {
    const data = { symbol: 'AAPL', bid: 1, ask: 2, last: 1.5, change: -0.5, volume: 7, simulated: true };
    const { symbol, bid, ask, last, change, volume, isSimulated } = readQuote('quotes/AAPL', data)!;
    assert.deepEqual([symbol, bid, ask, last, change, volume, isSimulated], ['AAPL', 1, 2, 1.5, -0.5, 7, true]);
  });

  it('has its name from the topic, and lacks what was not published or is no number', () => {
    const quote = readQuote('quotes/X', { symbol: '<b>', bid: 1, ask: '2', last: null })!;
    assert.deepEqual([quote.symbol, quote.bid, quote.ask, quote.last, quote.isSimulated], ['X', 1, undefined, undefined, false]);
  });

  it('is none where the payload is no object', () => {
    for (const data of [null, 1, 'text', [1], new Uint8Array(2), undefined]) assert.equal(readQuote('quotes/X', data), undefined);
  });

  it('goes up, down, or cannot be compared', () => {
    assert.deepEqual([trend(1, 2), trend(2, 1), trend(1, 1), trend(undefined, 1), trend(1, undefined)], [1, -1, 0, 0, 0]);
  });
});

describe('a chat line', () => {
  it('is what this page publishes, or whatever came, cut to its length', () => {
    assert.deepEqual(readChatLine({ from: 'ann', text: 'hi' }), { from: 'ann', text: 'hi' });
    assert.deepEqual(readChatLine('hi'), { from: 'someone', text: 'hi' });
    assert.deepEqual(readChatLine({ from: 1, text: 'hi' }), { from: 'someone', text: 'hi' });
    assert.deepEqual(readChatLine({ a: 1 }), { from: 'someone', text: '{"a":1}' });
    assert.deepEqual(readChatLine(new Uint8Array(3)), { from: 'someone', text: '3 bytes' });
    assert.equal(readChatLine('x'.repeat(1000)).text.length, 280);
  });
});

describe('news of the host', () => {
  it('is nothing where a member is missing or of another type', () => {
    for (const topic of ['host/cpu', 'host/memory', 'host/load', 'host/uptime', 'host/network/lo', 'host/disk/sda', 'host/other']) {
      for (const data of [{}, { percent: 'x' }, null, 3]) assert.equal(readHostNews(topic, data), undefined, topic);
    }
  });

  it('takes only numbers for cores', () => {
    const news = readHostNews('host/cpu', { percent: 5, cores: [1, 'x', 9] });
    assert.deepEqual(news, { what: 'cpu', percent: 5, cores: [1, 9] });
  });
});

describe('a trace', () => {
  it('ends at the right edge, with the highest value on top', () => {
    const box = { width: 100, height: 10, countMax: 11 };
    assert.equal(points([0, 5, 10], box, { low: 0, high: 10 }), '80.0,10.0 90.0,5.0 100.0,0.0');
  });

  it('has a scale also where nothing moves', () => {
    assert.deepEqual(scaleFromZero([], 5), { low: 0, high: 5.5 });
    assert.deepEqual(scaleAround([7, 7]), { low: 6, high: 8 });
  });
});

describe('growth', () => {
  it('is per second between two looks, by name', () => {
    const growth = new Growth();
    growth.look(0, [['a', 10], ['b', 5]]);
    assert.equal(growth.perSecond('a'), undefined);
    growth.look(2000, [['a', 30], ['c', 7]]);
    assert.deepEqual([growth.perSecond('a'), growth.perSecond('b'), growth.perSecond('c')], [10, undefined, undefined]);
  });

  it('is never negative: a counter that began anew has not shrunk', () => {
    const growth = new Growth();
    growth.look(0, [['a', 10]]);
    growth.look(1000, [['a', 3]]);
    assert.equal(growth.perSecond('a'), 0);
  });
});
