import { decode, encode } from 'cborg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Client, ConnectOptions } from '../../src/index.js';
import { Feed, Recorder, connectTo, inState, startGateway, type Gateway } from './support.js';

let gateway: Gateway;
let feed: Feed;
let clients: Client[] = [];
const codecs: [string, ConnectOptions][] = [['JSON', {}], ['CBOR', { cbor: { encode, decode } }]];

function client(options: ConnectOptions = {}): Client {
  const made = connectTo(gateway, options);
  clients.push(made);
  return made;
}

beforeAll(async () => {
  gateway = await startGateway();
  feed = await Feed.open(gateway);
});

afterEach(() => {
  clients.forEach((made) => made.close());
  clients = [];
});

afterAll(async () => {
  feed?.close();
  expect(await gateway?.stop()).toEqual({ code: 0, signal: null });
});

describe('a subscription', () => {
  it('begins with the state and goes on with what is new', async () => {
    await feed.publish('values/a', { bid: 1 });
    const recorder = new Recorder();
    client().subscribe('values/+', { delivery: 'latest', timestamps: true }, recorder.handlers);
    await recorder.until(() => recorder.events.includes('ready first'));
    expect(recorder.deliveries[0]).toMatchObject({ topic: 'values/a', data: { bid: 1 }, isSnapshot: true });
    await feed.publish('values/b', { bid: 2 });
    await recorder.until(() => recorder.deliveries.length === 2);
    expect(recorder.deliveries[1]).toMatchObject({ topic: 'values/b', data: { bid: 2 } });
    expect(Math.abs(recorder.deliveries[1]!.timeMs! - Date.now())).toBeLessThan(60_000);
  });

  it('of every entry gets each once, in order, also under two filters', async () => {
    const [exact, pattern] = [new Recorder(), new Recorder()];
    const subscriber = client();
    subscriber.subscribe('events/once', { delivery: 'all' }, exact.handlers);
    subscriber.subscribe('events/#', { delivery: 'all' }, pattern.handlers);
    await Promise.all([exact, pattern].map((one) => one.until(() => one.events.includes('ready first'))));
    const numbers = Array.from({ length: 500 }, (_, i) => i);
    for (const number of numbers) feed.send('events/once', number);
    await Promise.all([exact, pattern].map((one) => one.until(() => one.deliveries.length >= 500)));
    expect(exact.data).toEqual(numbers);
    expect(pattern.data).toEqual(numbers);
    expect(subscriber.statistics.deliveries).toBe(500);
  });

  it('is refused with the code of the table', async () => {
    const recorder = new Recorder();
    client().subscribe('a//b', {}, recorder.handlers);
    await recorder.until(() => recorder.events.length > 0);
    expect(recorder.events).toEqual(['error bad_filter']);
  });
});

describe('a publish', () => {
  it('tells its position, and a repeated mid is the same entry', async () => {
    const publisher = client();
    await inState(publisher, 'open');
    const first = await publisher.publish('made/a', { text: 'x' }, { mid: 'm1' });
    expect(first).toEqual({ epoch: expect.any(String), offset: expect.any(Number) });
    expect(await publisher.publish('made/a', { text: 'x' }, { mid: 'm1' })).toEqual(first);
    expect((await publisher.publish('made/a', 2))?.offset).toBeGreaterThan(first!.offset);
  });

  it('rejects with the code of the table', async () => {
    const publisher = client();
    await inState(publisher, 'open');
    await expect(publisher.publish('values/a', 1)).rejects.toMatchObject({ code: 'forbidden', retry: false });
    await expect(publisher.publish('a/+', 1)).rejects.toMatchObject({ code: 'bad_topic' });
  });

  it.each(codecs)('carries bytes in %s', async (name, options) => {
    const recorder = new Recorder();
    const both = client(options);
    both.subscribe(`made/bytes/${name}`, { delivery: 'all' }, recorder.handlers);
    await recorder.until(() => recorder.events.includes('ready first'));
    await both.publish(`made/bytes/${name}`, Uint8Array.from([0, 1, 255]));
    await recorder.until(() => recorder.deliveries.length === 1);
    expect(recorder.deliveries.map(({ data }) => Array.from(data as Uint8Array))).toEqual([[0, 1, 255]]);
  });
});

describe('a record or table', () => {
  it.each(codecs)('is changed by clients, by field and by row, in %s', async (name, options) => {
    const both = client(options);
    const recorder = new Recorder();
    const [record, table] = [`made/parts/${name}/record`, `made/parts/${name}/table`];
    both.subscribe(`made/parts/${name}/+`, {}, recorder.handlers);
    await recorder.until(() => recorder.events.includes('ready first'));
    await both.update(record, { bid: 1, old: 'x' });
    await both.update(record, { bid: 2, old: null });
    await both.update(table, { price: 10 }, { key: 'row1' });
    await both.update(table, { price: 11 }, { key: 'row2' });
    await both.delete(table, { key: 'row1' });
    const newest = (topic: string): unknown => recorder.deliveries.filter((one) => one.topic === topic).at(-1)?.data;
    const isDone = (): boolean =>
      JSON.stringify([newest(record), newest(table)]) === '[{"bid":2},{"row2":{"price":11}}]';
    await recorder.until(isDone);
    await both.delete(table);
    await recorder.until(() => recorder.deliveries.at(-1)?.isDeleted === true);
  });

  it('is no value: each kind of publish says so of the other', async () => {
    const publisher = client();
    await inState(publisher, 'open');
    await publisher.publish('made/kinds/value', 1);
    await publisher.update('made/kinds/record', { a: 1 });
    await expect(publisher.update('made/kinds/value', { a: 1 })).rejects.toMatchObject({ code: 'wrong_kind' });
    await expect(publisher.update('made/kinds/record', { a: 1 }, { key: 'row' })).rejects.toMatchObject({ code: 'wrong_kind' });
  });
});

describe('coming back', () => {
  it('loses nothing: not in silence, not of a topic born meanwhile', async () => {
    const recorder = new Recorder();
    const subscriber = client();
    subscriber.subscribe('events/back/+', { delivery: 'all' }, recorder.handlers);
    await recorder.until(() => recorder.events.includes('ready first'));
    await feed.publish('events/back/a', 1);
    await recorder.until(() => recorder.deliveries.length === 1);
    subscriber.pause();
    for (const number of [2, 3]) await feed.publish('events/back/a', number);
    for (const number of [10, 11]) await feed.publish('events/back/born', number);
    subscriber.reconnect();
    await recorder.until(() => recorder.events.includes('ready recovered'));
    const of = (topic: string): unknown[] => recorder.deliveries.filter((one) => one.topic === topic).map(({ data }) => data);
    expect(of('events/back/a')).toEqual([1, 2, 3]);
    expect(of('events/back/born')).toEqual([10, 11]);
    expect(recorder.events).toEqual(['ready first', 'ready recovered']);
  });

  it('tells exactly what fell off the ring', async () => {
    const recorder = new Recorder();
    const subscriber = client();
    await feed.publish('small/a', 0);
    subscriber.subscribe('small/+', { delivery: 'all' }, recorder.handlers);
    await recorder.until(() => recorder.events.includes('ready first'));
    subscriber.pause();
    for (let number = 1; number <= 50; number++) await feed.publish('small/a', number);
    subscriber.reconnect();
    await recorder.until(() => recorder.events.includes('ready gap'));
    const lost = Number(/^gap small\/a \w+ (\d+)$/.exec(recorder.events[1]!)?.[1]);
    expect(lost + recorder.deliveries.length).toBe(50);
    expect(recorder.data.at(-1)).toBe(50);
  });
});

describe('limits', () => {
  it('of the session are in force when the promise resolves', async () => {
    const recorder = new Recorder();
    const subscriber = client();
    await inState(subscriber, 'open');
    const limits = await subscriber.limit({ messagesPerSecond: 20 });
    expect(limits.messagesPerSecond).toBe(20);
    subscriber.subscribe('values/fast/+', { delivery: 'latest' }, recorder.handlers);
    await recorder.until(() => recorder.events.includes('ready first'));
    const timer = setInterval(() => ['a', 'b', 'c', 'd'].forEach((name) => feed.send(`values/fast/${name}`, Date.now())), 5);
    const start = performance.now();
    await recorder.until(() => recorder.deliveries.length >= 40);
    clearInterval(timer);
    const seconds = (performance.now() - start) / 1000;
    expect(recorder.deliveries.length).toBeLessThanOrEqual(20 * seconds + 20 * 0.25 + 1 + 1);
  });

  it('of a subscription can be changed while it runs', async () => {
    const recorder = new Recorder();
    const subscription = client().subscribe('values/slow', { delivery: 'latest', counts: true }, recorder.handlers);
    await recorder.until(() => recorder.events.includes('ready first'));
    expect(await subscription.limit({ maxRate: 4 })).toBe(4);
    let newest = 0;
    const timer = setInterval(() => feed.send('values/slow', ++newest), 5);
    const start = performance.now();
    await recorder.until(() => recorder.deliveries.length >= 8);
    clearInterval(timer);
    const seconds = (performance.now() - start) / 1000;
    expect(8).toBeLessThanOrEqual(4 * seconds + 2);
    await recorder.until(() => recorder.data.at(-1) === newest);
    const conflated = recorder.deliveries.reduce((sum, one) => sum + (one.conflated ?? 0), 0);
    expect(conflated + recorder.deliveries.length).toBe(newest);
  });
});

describe('the window', () => {
  it('is sized by the client: smaller where the application is slow', async () => {
    const subscriber = client();
    const recorder = new Recorder();
    let done: Promise<unknown> = Promise.resolve();
    subscriber.subscribe('values/age', { delivery: 'latest', timestamps: true }, async (delivery) => {
      await (done = done.then(() => new Promise((resolve) => setTimeout(resolve, 60)))); // one by one
      void recorder.handlers.delivery?.(delivery);
    });
    await inState(subscriber, 'open');
    const begin = subscriber.limits!.windowBytes;
    subscriber.on('limits', ({ windowBytes, isByOperator }) => recorder.note(`${windowBytes < begin} ${isByOperator}`));
    const filler = 'x'.repeat(1000);
    const timer = setInterval(() => [1, 2, 3].forEach((number) => feed.send('values/age', { number, filler })), 5);
    await recorder.until(() => recorder.events.includes('true false'));
    clearInterval(timer);
    expect(recorder.deliveries.length).toBeGreaterThan(1);
    expect(subscriber.ageMs(recorder.deliveries.at(-1)!)).toBeLessThan(2000);
  });

  it('holds the gateway back while handlers are not done, and newest wins after', async () => {
    const subscriber = client({ windowBytes: 4096 });
    const recorder = new Recorder();
    let release: () => void = () => undefined;
    const busy = new Promise<void>((resolve) => (release = resolve));
    subscriber.subscribe('values/window', { delivery: 'latest' }, {
      ...recorder.handlers,
      delivery: (delivery) => {
        void recorder.handlers.delivery?.(delivery);
        return busy;
      },
    });
    await recorder.until(() => recorder.events.includes('ready first'));
    const filler = 'x'.repeat(1000);
    for (let number = 1; number <= 100; number++) await feed.publish('values/window', { number, filler });
    await subscriber.ping(); // what the gateway has sent until now has come
    expect(recorder.deliveries.length).toBeLessThanOrEqual(5);
    release();
    await recorder.until(() => (recorder.data.at(-1) as { number: number }).number === 100);
    expect(recorder.deliveries.length).toBeLessThanOrEqual(10);
  });
});

it('the clock of the gateway is known after a ping', async () => {
  const asker = client();
  await inState(asker, 'open');
  const { roundTripMs } = await asker.ping();
  expect(roundTripMs).toBeGreaterThanOrEqual(0);
  expect(Math.abs(asker.gatewayTimeMs()! - Date.now())).toBeLessThan(1000);
  expect(Math.abs(asker.statistics.clockOffsetMs!)).toBeLessThan(1000);
  expect(asker.statistics.roundTripMs).toBeGreaterThanOrEqual(0);
});

describe('a gateway that restarts', () => {
  it('says goodbye; the client comes back, and is told that the old entries are gone', async () => {
    const first = await startGateway();
    const port = first.port('client');
    const subscriber = connectTo(first, { runtime: { random: () => 0.05 } });
    clients.push(subscriber);
    const recorder = new Recorder();
    subscriber.on('goodbye', ({ code }) => recorder.note(`goodbye ${code}`));
    subscriber.subscribe('made/+', { delivery: 'all' }, recorder.handlers);
    await recorder.until(() => recorder.events.includes('ready first'));
    await subscriber.publish('made/a', 'old');
    await recorder.until(() => recorder.deliveries.length === 1);
    await first.stop();
    await inState(subscriber, 'waiting');
    const second = await startGateway(port);
    await recorder.until(() => recorder.events.some((event) => /^ready (gap|recovered)/.test(event)));
    await subscriber.publish('made/a', 'new');
    await recorder.until(() => recorder.deliveries.length === 2);
    expect(recorder.data).toEqual(['old', 'new']);
    expect(recorder.events).toContain('goodbye 1012');
    expect(recorder.deliveries[1]!.epoch).not.toBe(recorder.deliveries[0]!.epoch);
    await second.stop();
  });
});
