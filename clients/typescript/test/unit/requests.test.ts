import { describe, expect, it } from 'vitest';
import { WeirError, type Client } from '../../src/index.js';
import { Stage, topic, wireLimits } from './stage.js';

async function codeOf(outcome: Promise<unknown>): Promise<string> {
  const problem: unknown = await outcome.catch((error: unknown) => error);
  if (!(problem instanceof WeirError)) throw new Error(`expected a WeirError, not ${String(problem)}`);
  return problem.code;
}

describe('a publish', () => {
  it('resolves with the position', async () => {
    const stage = new Stage();
    stage.greet();
    const published = stage.client.publish('chat/lobby', { text: 'hi' }, { mid: 'm1' });
    expect(stage.request('publish')).toEqual({ op: 'publish', id: 3, topic: 'chat/lobby', data: { text: 'hi' }, mid: 'm1' });
    stage.accepts('publish', { epoch: 'e1', offset: 18 });
    await expect(published).resolves.toEqual({ epoch: 'e1', offset: 18 });
  });

  it('resolves without position where the source took it', async () => {
    const stage = new Stage();
    stage.greet();
    const published = stage.client.publish('orders/1', Uint8Array.from([255]));
    expect(stage.request('publish')['data']).toEqual({ b64: '/w==' });
    stage.accepts('publish');
    await expect(published).resolves.toBeUndefined();
  });

  it('rejects with the error of the gateway', async () => {
    const stage = new Stage();
    stage.greet();
    const published = stage.client.publish('x', 1);
    stage.refuses('publish', 'rate', true);
    await expect(published).rejects.toMatchObject({ code: 'rate', retry: true });
  });

  it('rejects at once without a connection', async () => {
    const stage = new Stage();
    expect(await codeOf(stage.client.publish('x', 1))).toBe('disconnected');
  });

  it('has an unknown outcome when the connection is lost before the reply', async () => {
    const stage = new Stage();
    stage.greet();
    const published = stage.client.publish('x', 1);
    stage.closes(1006);
    expect(await codeOf(published)).toBe('unknown');
  });

  it('that the gateway would not take is not sent', async () => {
    const stage = new Stage();
    stage.greet({ message_bytes: 100 });
    stage.sent();
    const envelope = JSON.stringify({ op: 'publish', id: 2, topic: 'x', data: '' }).length;
    const fits = stage.client.publish('x', 'x'.repeat(100 - envelope));
    expect(stage.sent()).toHaveLength(1);
    expect(await codeOf(stage.client.publish('x', 'x'.repeat(101 - envelope)))).toBe('too_big');
    expect(stage.sent()).toHaveLength(0);
    stage.closes(1006);
    expect(await codeOf(fits)).toBe('unknown');
  });

  it('rejects what JSON cannot hold', async () => {
    const stage = new Stage();
    stage.greet();
    await expect(stage.client.publish('x', 1n as never)).rejects.toBeInstanceOf(TypeError);
    expect(stage.client.state.name).toBe('open');
  });
});

describe('a change of a record or table', () => {
  const rows = [
    { name: 'of fields', publish: (client: Client) => client.update('r', { bid: 1.5, old: null }), sent: { fields: { bid: 1.5, old: null } } },
    { name: 'of a row', publish: (client: Client) => client.update('t', { price: 10 }, { key: 'row1' }), sent: { key: 'row1', fields: { price: 10 } } },
    { name: 'that deletes a row', publish: (client: Client) => client.delete('t', { key: 'row1' }), sent: { key: 'row1', delete: true } },
    { name: 'that deletes everything', publish: (client: Client) => client.delete('t', { mid: 'm1' }), sent: { delete: true, mid: 'm1' } },
  ];
  it.each(rows)('$name is sent as it is, and resolves with its position', async ({ publish, sent }) => {
    const stage = new Stage();
    stage.greet();
    const published = publish(stage.client);
    const { op, id, topic: _, ...content } = stage.request('publish');
    expect([op, typeof id, content]).toEqual(['publish', 'number', sent]);
    stage.accepts('publish', { epoch: 'e1', offset: 2 });
    await expect(published).resolves.toEqual({ epoch: 'e1', offset: 2 });
  });

  it('of a topic of another kind rejects', async () => {
    const stage = new Stage();
    stage.greet();
    const published = stage.client.update('x', { a: 1 });
    stage.refuses('publish', 'wrong_kind');
    expect(await codeOf(published)).toBe('wrong_kind');
  });
});

describe('session limits', () => {
  it('resolve with what is in force', async () => {
    const stage = new Stage();
    stage.greet();
    const limited = stage.client.limit({ bytesPerSecond: 64_000 });
    expect(stage.request('limit')).toEqual({ op: 'limit', id: 3, bytes_per_s: 64_000 });
    stage.accepts('limit', { limits: { ...wireLimits, bytes_per_s: 32_000 } });
    await expect(limited).resolves.toMatchObject({ bytesPerSecond: 32_000 });
    expect(stage.client.limits?.bytesPerSecond).toBe(32_000);
  });

  it('that are asked for without a connection are in the next greeting', async () => {
    const stage = new Stage();
    const limited = stage.client.limit({ messagesPerSecond: 10 });
    stage.open();
    expect(stage.request('connect')['messages_per_s']).toBe(10);
    stage.accepts('connect', { limits: { ...wireLimits, messages_per_s: 10 } });
    await expect(limited).resolves.toMatchObject({ messagesPerSecond: 10 });
  });

  it('outlive the connection that was lost before the reply', async () => {
    const stage = new Stage({ bytesPerSecond: 1 });
    stage.greet();
    const limited = stage.client.limit({ messagesPerSecond: 10 });
    stage.closes(1006);
    stage.advance(1000);
    stage.greet({ messages_per_s: 10 });
    expect(stage.request('connect')).toMatchObject({ bytes_per_s: 1, messages_per_s: 10 });
    await expect(limited).resolves.toMatchObject({ messagesPerSecond: 10 });
  });

  it('that the operator changes are told', () => {
    const stage = new Stage();
    stage.greet();
    const seen: unknown[] = [];
    stage.client.on('limits', ({ bytesPerSecond, isByOperator }) => seen.push([bytesPerSecond, isByOperator]));
    void stage.client.limit({ bytesPerSecond: 7 });
    stage.accepts('limit', { limits: { ...wireLimits, bytes_per_s: 7 } });
    stage.says({ op: 'limits', ...wireLimits, bytes_per_s: 5 });
    expect(seen).toEqual([[7, false], [5, true]]);
    expect(stage.client.limits?.bytesPerSecond).toBe(5);
  });
});

describe('a ping', () => {
  it('tells the round trip and the clock of the gateway', async () => {
    const stage = new Stage();
    stage.greet();
    expect(stage.client.gatewayTimeMs()).toBeUndefined();
    const pong = stage.client.ping();
    stage.advance(40);
    stage.accepts('ping', { time: '2026-01-01T00:00:00.500Z' });
    const timeMs = Date.UTC(2026, 0, 1, 0, 0, 0, 500);
    await expect(pong).resolves.toEqual({ roundTripMs: 40, timeMs });
    stage.advance(100);
    expect(stage.client.gatewayTimeMs()).toBe(timeMs + 20 + 100);
  });

  it('is sent by itself when a connection opens, so that the age of data is known from then on', () => {
    const stage = new Stage();
    const ages: unknown[] = [];
    stage.client.subscribe('a', { timestamps: true }, (delivery) => void ages.push(stage.client.ageMs(delivery)));
    stage.greet();
    stage.accepts('subscribe');
    stage.says(topic(1, 'a', 0));
    stage.says({ t: 1, o: 1, d: 1, ts: 500_000 });
    stage.advance(10);
    stage.accepts('ping', { time: new Date(500_000).toISOString() });
    stage.advance(95);
    stage.says({ t: 1, o: 2, d: 2, ts: 500_050 });
    stage.says({ t: 1, o: 3, d: 3, ts: 500_200 });
    stage.says({ t: 1, o: 4, d: 4 });
    expect(ages).toEqual([undefined, 50, 0, undefined]);
    const { roundTripMs, clockOffsetMs } = stage.client.statistics;
    expect([roundTripMs, clockOffsetMs]).toEqual([10, 500_000 - 1005]);
    stage.closes(1006);
    expect(stage.client.statistics).toMatchObject({ roundTripMs: undefined, clockOffsetMs: undefined });
  });
});

describe('heartbeats', () => {
  it('are pings after an interval in which nothing was sent', () => {
    const stage = new Stage({ heartbeatMs: 5000 });
    stage.open();
    stage.accepts('connect', { heartbeat_ms: 2000 });
    stage.sent();
    stage.advance(1000);
    stage.says({ op: 'heartbeat', time: '2026-01-01T00:00:00Z' });
    stage.advance(999);
    expect(stage.sent()).toEqual([]);
    stage.advance(1);
    expect(stage.sent().map(({ op }) => op)).toEqual(['ping']);
  });

  it('end a connection that has been silent for two intervals', () => {
    const stage = new Stage();
    stage.greet();
    stage.advance(29_999);
    expect(stage.client.state.name).toBe('open');
    stage.advance(1);
    expect(stage.client.state).toMatchObject({ name: 'waiting', code: 4000 });
    expect(stage.socket.closedWith).toEqual({ code: 4000, reason: 'no_heartbeat' });
  });

  it('do not end a connection because this side slept', () => {
    const stage = new Stage();
    stage.greet();
    stage.sent();
    stage.oversleep(3_600_000);
    expect(stage.sent().map(({ op }) => op)).toEqual(['ping']);
    stage.says({ op: 'heartbeat', time: '2026-01-01T00:00:00Z' });
    stage.advance(14_000);
    expect(stage.client.state.name).toBe('open');
  });
});

describe('the window', () => {
  const bytes = JSON.stringify({ t: 1, o: 1, d: 'x' }).length;

  function following(handler: () => void | Promise<void>, windowBytes: number): Stage {
    const stage = new Stage({ windowBytes });
    stage.client.subscribe('a', {}, handler);
    stage.greet({ window_bytes: windowBytes });
    stage.accepts('subscribe');
    stage.says(topic(1, 'a', 0));
    stage.sent();
    return stage;
  }

  it('moves when a quarter of it has been handled', () => {
    const stage = following(() => undefined, bytes * 8);
    stage.says({ t: 1, o: 1, d: 'x' });
    expect(stage.sent()).toEqual([]);
    stage.says({ t: 1, o: 2, d: 'x' });
    expect(stage.sent()).toEqual([{ op: 'ack', bytes: bytes * 2 }]);
  });

  it('moves 250 ms later otherwise', () => {
    const stage = following(() => undefined, 65_536);
    stage.says({ t: 1, o: 1, d: 'x' });
    stage.advance(249);
    expect(stage.sent()).toEqual([]);
    stage.advance(1);
    expect(stage.sent()).toEqual([{ op: 'ack', bytes }]);
  });

  it('waits for the promise of a handler', async () => {
    let finish = (): void => undefined;
    const stage = following(() => new Promise((resolve) => (finish = resolve)), bytes);
    stage.says({ t: 1, o: 1, d: 'x' });
    stage.advance(1000);
    expect(stage.sent()).toEqual([]);
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    expect(stage.sent()).toEqual([{ op: 'ack', bytes }]);
  });

  it('counts each connection for itself, also for handlers that finish late', async () => {
    let finish = (): void => undefined;
    const stage = following(() => new Promise((resolve) => (finish = resolve)), bytes);
    stage.says({ t: 1, o: 1, d: 'x' });
    stage.closes(1006);
    stage.advance(1000);
    stage.greet({ window_bytes: bytes });
    stage.sent();
    finish();
    await new Promise((resolve) => setImmediate(resolve));
    stage.advance(1000);
    expect(stage.sent()).toEqual([]);
  });

  it('counts duplicates too, which no handler sees', () => {
    const stage = following(() => undefined, bytes * 8);
    stage.says({ t: 1, o: 1, d: 'x' });
    stage.says({ t: 1, o: 1, d: 'x' });
    expect(stage.sent()).toEqual([{ op: 'ack', bytes: bytes * 2 }]);
  });

  it('counts UTF-8 bytes', () => {
    const stage = following(() => undefined, 4);
    stage.says({ t: 1, o: 1, d: '€' });
    expect(stage.sent()).toEqual([{ op: 'ack', bytes: bytes + 2 }]);
  });

  it('that is off needs no acknowledgement', () => {
    const stage = following(() => undefined, 0);
    stage.says({ t: 1, o: 1, d: 'x' });
    stage.advance(1000);
    expect(stage.sent()).toEqual([]);
  });
});

describe('the application', () => {
  it('may call back from a handler, and events stay in order', () => {
    const stage = new Stage();
    const seen: unknown[] = [];
    const subscription = stage.client.subscribe('a', {}, (delivery) => {
      seen.push(delivery.data);
      if (delivery.data === 2) void subscription.unsubscribe();
    });
    stage.greet();
    stage.accepts('subscribe');
    stage.says(topic(1, 'a', 0));
    for (const o of [1, 2, 3]) stage.says({ t: 1, o, d: o });
    expect(seen).toEqual([1, 2]);
  });

  it('learns that everything has ended when it closes the client', async () => {
    const stage = new Stage();
    stage.greet();
    const published = stage.client.publish('x', 1);
    const later = stage.client.limit({ bytesPerSecond: 1 });
    stage.client.close();
    expect(await codeOf(published)).toBe('unknown');
    expect(await codeOf(later)).toBe('closed');
    expect(await codeOf(stage.client.ping())).toBe('closed');
    expect(() => stage.client.subscribe('a')).toThrow(WeirError);
    stage.advance(100_000);
    expect(stage.sockets).toHaveLength(1);
  });
});
