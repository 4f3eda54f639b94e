import { describe, expect, it } from 'vitest';
import { Backoff } from '../../src/core/backoff.js';
import { HandledBytes } from '../../src/core/handled_bytes.js';
import { Heartbeat } from '../../src/core/heartbeat.js';
import { ServerClock } from '../../src/core/server_clock.js';
import { mayComeBack } from '../../src/errors.js';
import { frameBytes, fromBase64, toBase64, utf8Length } from '../../src/wire/bytes.js';
import { matches } from '../../src/wire/filter.js';

describe('a filter', () => {
  it.each([
    ['the topic itself', 'a/b', 'a/b', true],
    ['another topic', 'a/b', 'a/c', false],
    ['a longer topic', 'a/b', 'a/b/c', false],
    ['one level', 'a/+', 'a/b', true],
    ['one level, not two', 'a/+', 'a/b/c', false],
    ['one level, not none', 'a/+', 'a', false],
    ['one level in the middle', '+/b/+', 'a/b/c', true],
    ['any levels', 'a/#', 'a/b/c', true],
    ['any levels, so none', 'a/#', 'a', true],
    ['everything', '#', 'a/b', true],
    ['+ hides no $', '+/a', '$weir/a', false],
    ['# hides no $', '#', '$weir/a', false],
    ['# hides no $ further down', 'a/#', 'a/b/$c', false],
    ['a named $', '$weir/#', '$weir/a', true],
  ])('%s', (_name, filter, topic, expected) => {
    expect(matches(filter, topic)).toBe(expected);
  });
});

describe('bytes', () => {
  it.each(['', 'plain', 'ä', '€uro', '😀', 'a😀b€', '\ud800', '\ude00x', '\ud800x', '\ud83d\ud83d\ude00'])(
    'counts UTF-8 of %j as the platform does',
    (text) => {
      expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
    },
  );

  it('counts frame headers at each boundary', () => {
    expect([0, 125, 126, 65_535, 65_536].map(frameBytes)).toEqual([2, 127, 130, 65_539, 65_546]);
  });

  it('survives base64, and says when text is none', () => {
    const bytes = Uint8Array.from([0, 1, 127, 128, 255]);
    expect(toBase64(bytes)).toBe('AAF/gP8=');
    expect(fromBase64('AAF/gP8=')).toEqual(bytes);
    expect(['*', 'AA', 'AA=', 'A A=', 'AAA==', '='].map(fromBase64)).toEqual(Array(6).fill(undefined));
  });
});

describe('close codes', () => {
  it('come back in the documented ranges and nowhere else', () => {
    const back = [1001, 1005, 1006, 1011, 1012, 1013, 1014, 4000, 4001, 4007, 4499];
    const stay = [1000, 1002, 1003, 1007, 1008, 1009, 1010, 1015, 3000, 3999, 4500, 4503, 4999, 5000];
    expect(back.filter((code) => !mayComeBack(code))).toEqual([]);
    expect(stay.filter(mayComeBack)).toEqual([]);
  });
});

describe('backoff', () => {
  it('doubles the ceiling up to 30 s and starts anew after reset', () => {
    const backoff = new Backoff(() => 1);
    expect(Array.from({ length: 8 }, () => backoff.nextMs())).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
    backoff.reset();
    expect(backoff.nextMs()).toBe(500);
  });

  it('takes a connection of ten times the longest wait before it, or of a minute, for good', () => {
    const goodAfterMs = [5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000];
    goodAfterMs.forEach((livedMs, index) => {
      for (const isGood of [false, true]) {
        const backoff = new Backoff(() => 1);
        for (let failures = 0; failures <= index; failures++) backoff.nextMs();
        backoff.onLost(livedMs - (isGood ? 0 : 1));
        expect(backoff.nextMs() === 500).toBe(isGood);
      }
    });
  });

  it('spreads from zero to the ceiling, on top of the hint', () => {
    const randoms = [0, 0.25, 0.5];
    const backoff = new Backoff(() => randoms.shift()!);
    expect(backoff.nextMs()).toBe(0);
    expect(backoff.nextMs()).toBe(250);
    expect(backoff.nextMs(1830)).toBe(1830 + 1000);
  });
});

describe('heartbeat', () => {
  it('pings after one silent interval of this side', () => {
    const heartbeat = new Heartbeat(0, 1000);
    expect(heartbeat.check(999)).toBe('none');
    expect(heartbeat.check(1000)).toBe('ping');
    heartbeat.onSent(1000);
    heartbeat.onReceived(1500);
    expect(heartbeat.deadline()).toBe(2000);
  });

  it('gives up after two silent intervals of the other side', () => {
    const heartbeat = new Heartbeat(0, 1000);
    heartbeat.onSent(1000);
    expect(heartbeat.deadline()).toBe(2000);
    expect(heartbeat.check(1999)).toBe('none');
    expect(heartbeat.check(2000)).toBe('dead');
  });

  it('gives one more interval, once, when this side overslept', () => {
    const heartbeat = new Heartbeat(0, 1000);
    expect(heartbeat.check(60_000)).toBe('ping');
    heartbeat.onSent(60_000);
    expect(heartbeat.check(60_999)).toBe('none');
    expect(heartbeat.check(61_000)).toBe('dead');
    heartbeat.onReceived(61_000);
    expect(heartbeat.check(120_000)).toBe('ping');
    expect(heartbeat.check(180_000)).toBe('dead');
  });
});

describe('handled bytes', () => {
  it('are acknowledged at once from a quarter of the window on', () => {
    const handled = new HandledBytes(1000);
    handled.add(0, 249);
    expect(handled.takeDue(0)).toBeUndefined();
    handled.add(0, 1);
    expect(handled.takeDue(0)).toBe(250);
    expect(handled.takeDue(10_000)).toBeUndefined();
  });

  it('are acknowledged after 250 ms otherwise, as a total', () => {
    const handled = new HandledBytes(1000);
    handled.add(0, 300);
    handled.takeDue(0);
    handled.add(100, 5);
    expect(handled.deadline()).toBe(350);
    expect(handled.takeDue(349)).toBeUndefined();
    expect(handled.takeDue(350)).toBe(305);
    expect(handled.deadline()).toBe(Infinity);
  });

  it('need no acknowledgement without a window', () => {
    const handled = new HandledBytes(0);
    handled.add(0, 1_000_000);
    expect(handled.takeDue(1000)).toBeUndefined();
    expect(handled.deadline()).toBe(Infinity);
  });
});

describe('the clock of the gateway', () => {
  it('trusts the quickest ping, until the clocks may have drifted apart by more', () => {
    const clock = new ServerClock();
    expect(clock.unixMs(0)).toBeUndefined();
    clock.onPong(0, 10, 1005); // offset 1000
    clock.onPong(100, 200, 1190); // offset 1040, slower
    expect(clock.unixMs(500)).toBe(1500);
    expect(clock.roundTripMs).toBe(100);
    clock.onPong(400_000, 400_100, 401_090);
    expect(clock.unixMs(400_100)).toBe(401_100);
    clock.onPong(500_000, 500_100, 501_090); // 8 minutes at 1e-4 are more than the 45 ms that the quick one was better by
    expect(clock.unixMs(500_100)).toBe(501_140);
    clock.reset();
    expect(clock.roundTripMs).toBeUndefined();
    expect(clock.unixMs(2000)).toBeUndefined();
  });
});
