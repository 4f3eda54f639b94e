import { describe, expect, it } from 'vitest';
import { SlowWorld, ageAt, type WorldOptions } from './slow_world.js';

const busyFeed: WorldOptions = { perSecond: 400, bytes: 2000, delayMs: 5 };

function perSecond(count: number, ms: number): number {
  return (count * 1000) / ms;
}

describe('the window sized by the client', () => {
  it('keeps data young in an application that takes 20 ms for each delivery', async () => {
    const world = new SlowWorld(busyFeed);
    world.costMs = 20;
    await world.pass(3000);
    const seen = await world.pass(20_000);
    expect(perSecond(seen.length, 20_000)).toBeGreaterThan(48); // it never waits for the gateway
    expect(ageAt(seen, 1)).toBeLessThan(700);
    expect(world.window).toBeGreaterThan(100_000 * 0.25);
    expect(world.window).toBeLessThan(100_000 * 0.6);
  });

  it('is what does it: without a window data gets older and older', async () => {
    const world = new SlowWorld({ ...busyFeed, client: { windowBytes: 0 } });
    world.costMs = 20;
    const seen = await world.pass(20_000);
    expect(seen.at(-1)!.ageMs).toBeGreaterThan(10_000);
  });

  it('keeps data young on a thread that is busy with other work for 80 of 100 ms', async () => {
    const world = new SlowWorld(busyFeed);
    world.costMs = 4;
    world.occupy(80, 100);
    await world.pass(3000);
    const seen = await world.pass(20_000);
    expect(perSecond(seen.length, 20_000)).toBeGreaterThan(45);
    expect(ageAt(seen, 1)).toBeLessThan(900);
  });

  it('holds nothing back on a busy thread whose handlers are quick', async () => {
    const world = new SlowWorld(busyFeed);
    world.costMs = 0.1;
    world.occupy(80, 100);
    await world.pass(3000);
    const seen = await world.pass(10_000);
    expect(perSecond(seen.length, 10_000)).toBeGreaterThan(395);
    expect(ageAt(seen, 1)).toBeLessThan(120);
  });

  it('shrinks when the application becomes slow, and grows again with it', async () => {
    const world = new SlowWorld({ ...busyFeed, delayMs: 50 });
    world.costMs = 0.1;
    await world.pass(5000);
    expect(perSecond((await world.pass(5000)).length, 5000)).toBeGreaterThan(395);
    world.costMs = 50;
    await world.pass(10_000);
    expect(ageAt(await world.pass(10_000), 1)).toBeLessThan(900);
    expect(world.window).toBeLessThan(40_000 * 0.7);
    world.costMs = 0.1;
    await world.pass(3000);
    expect(perSecond((await world.pass(5000)).length, 5000)).toBeGreaterThan(395);
  });

  it('counts a delivery as handled when the promise of its handler settles', async () => {
    const world = new SlowWorld(busyFeed);
    world.costMs = 20;
    world.isBackground = true;
    await world.pass(3000);
    const seen = await world.pass(10_000);
    expect(perSecond(seen.length, 10_000)).toBeGreaterThan(48);
    expect(ageAt(seen, 1)).toBeLessThan(700);
  });

  it('keeps data young behind a slow way with a large buffer', async () => {
    const world = new SlowWorld({ ...busyFeed, linkBytesPerSecond: 20_000 });
    await world.pass(5000);
    const seen = await world.pass(20_000);
    expect(perSecond(seen.length, 20_000)).toBeGreaterThan(9);
    expect(ageAt(seen, 1)).toBeLessThan(900);
  });

  it('takes a long way for what it is, and not for data that waits', async () => {
    const world = new SlowWorld({ ...busyFeed, delayMs: 400 });
    world.costMs = 0.1;
    await world.pass(20_000);
    expect(perSecond((await world.pass(10_000)).length, 10_000)).toBeGreaterThan(380);
  });

  it('stays within its bounds', async () => {
    const slow = new SlowWorld(busyFeed);
    slow.costMs = 2000;
    await slow.pass(60_000);
    expect(slow.window).toBe(4096);
    const quick = new SlowWorld({ perSecond: 250, bytes: 60_000, delayMs: 150 });
    await quick.pass(6000);
    expect(quick.window).toBe(4 * 1024 * 1024);
  });

  it('never stops the flow where one delivery is larger than it', async () => {
    const world = new SlowWorld({ ...busyFeed, bytes: 100_000 });
    world.costMs = 300;
    await world.pass(10_000);
    expect(world.window).toBeLessThan(200_000);
    expect(perSecond((await world.pass(30_000)).length, 30_000)).toBeGreaterThan(2.5);
  });

  it('is not asked for again and again where the operator allows less', async () => {
    const world = new SlowWorld({ ...busyFeed, delayMs: 100, ceiling: 8192 });
    await world.pass(10_000);
    expect(world.window).toBe(8192);
    expect(world.asked.filter(({ op }) => op === 'limit').length).toBeLessThanOrEqual(2);
  });

  it('costs little: a question each 430 ms at most, none while little comes', async () => {
    const world = new SlowWorld(busyFeed);
    await world.pass(2000);
    world.asked.length = 0;
    await world.pass(10_000);
    expect(world.asked.map(({ op }) => op)).toEqual(Array(world.asked.length).fill('ping'));
    expect(world.asked.length).toBeLessThanOrEqual(24);
    const quiet = new SlowWorld({ ...busyFeed, perSecond: 1, bytes: 100 });
    await quiet.pass(10_000);
    expect(quiet.asked.map(({ op }) => op)).toEqual(['connect', 'subscribe', 'ping']);
  });

  it('begins the next connection as it was', async () => {
    const world = new SlowWorld(busyFeed);
    world.costMs = 50;
    await world.pass(20_000);
    const { window } = world;
    world.asked.length = 0;
    world.client.reconnect();
    await world.pass(1000);
    expect(world.asked[0]).toMatchObject({ op: 'connect', window_bytes: window });
  });
});

describe('a window that the application has given', () => {
  it('stays', async () => {
    const world = new SlowWorld({ ...busyFeed, client: { windowBytes: 30_000 } });
    world.costMs = 50;
    await world.pass(10_000);
    expect(world.asked.map(({ op }) => op)).toEqual(['connect', 'subscribe', 'ping']);
  });

  it('stays, also when it is given later', async () => {
    const world = new SlowWorld(busyFeed);
    world.costMs = 50;
    await world.pass(100);
    void world.client.limit({ windowBytes: 30_000 });
    await world.pass(10_000);
    expect(world.window).toBe(30_000);
  });
});
