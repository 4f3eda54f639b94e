import { describe, expect, it } from 'vitest';
import { connect } from '../../src/index.js';
import { Stage, topic } from './stage.js';

describe('connecting', () => {
  it('begins with what was asked for, then subscribes without waiting', () => {
    const stage = new Stage({ token: 'secret', bytesPerSecond: 64_000, heartbeatMs: 5000 });
    stage.client.subscribe('quotes/+', { delivery: 'latest', maxRate: 5, timestamps: true, counts: true });
    expect(stage.socket.protocols).toEqual(['weir.v1.json']);
    stage.open();
    expect(stage.sent()).toEqual([
      { op: 'connect', id: 1, token: 'secret', heartbeat_ms: 5000, bytes_per_s: 64_000, window_bytes: 16_384 },
      { op: 'subscribe', id: 2, filter: 'quotes/+', delivery: 'latest', max_rate: 5, ts: true, counts: true },
    ]);
  });

  it('is open once the gateway has greeted, and tells limits', () => {
    const stage = new Stage();
    const names: string[] = [];
    stage.client.on('state', (state) => names.push(state.name));
    stage.greet({ bytes_per_s: 32_000 });
    expect(names).toEqual(['open']);
    expect(stage.client.state).toEqual({ name: 'open', session: 's1', server: 'weir/0' });
    expect(stage.client.limits?.bytesPerSecond).toBe(32_000);
  });

  it('asks a function for a new token before each connection', async () => {
    let count = 0;
    const stage = new Stage({ token: () => Promise.resolve(`token ${++count}`) });
    expect(stage.sockets).toHaveLength(0);
    await Promise.resolve().then(() => undefined);
    await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
    stage.open();
    expect(stage.request('connect')['token']).toBe('token 1');
  });

  it('does not come back to an address without a gateway', () => {
    const stage = new Stage();
    stage.open('');
    expect(stage.happened()).toEqual([['error', 'protocol']]);
    expect(stage.client.state).toEqual({ name: 'closed', code: 1000, reason: 'protocol' });
  });

  it('stays closed when the gateway refuses the token', () => {
    const stage = new Stage();
    stage.open();
    stage.refuses('connect', 'bad_token');
    expect(stage.happened()).toEqual([['error', 'bad_token']]);
    expect(stage.client.state.name).toBe('closed');
    expect(stage.socket.closedWith?.code).toBe(1000);
  });

  it('gives up an attempt that takes too long, and tries again', () => {
    const stage = new Stage({ openTimeoutMs: 3000 });
    stage.advance(3000);
    expect(stage.client.state).toMatchObject({ name: 'waiting', reason: 'not opened' });
    stage.advance(250);
    expect(stage.sockets).toHaveLength(2);
  });

  it.each(['http://gateway.test/ws', 'gateway.test', ''])('refuses the address %j', (url) => {
    expect(() => connect(url)).toThrow(TypeError);
  });
});

describe('a subscription', () => {
  function subscribed(): Stage {
    const stage = new Stage();
    stage.client.subscribe('quotes/+', {}, stage.recorder('quotes'));
    stage.greet();
    stage.accepts('subscribe', { max_rate: 0 });
    return stage;
  }

  it('gets topics, deliveries and the rest in order', () => {
    const stage = subscribed();
    stage.says(topic(7, 'quotes/A', 17));
    stage.says({ t: 7, o: 18, d: { bid: 1 }, s: true });
    stage.says({ op: 'ready', filter: 'quotes/+' });
    stage.says({ t: 7, o: 19, d: { b64: 'AQI=' } });
    stage.says({ op: 'stale', t: 7, stale: true });
    stage.says({ t: 7, o: 21, p: 19, x: true });
    expect(stage.happened()).toEqual([
      ['quotes', 'topic', 'quotes/A', 'e1', 17],
      ['quotes', 'delivery', 'quotes/A', 18, { bid: 1 }, 'snapshot'],
      ['quotes', 'ready', 'first'],
      ['quotes', 'delivery', 'quotes/A', 19, Uint8Array.from([1, 2])],
      ['quotes', 'stale', 'quotes/A', true],
      ['quotes', 'delivery', 'quotes/A', 21, 'deleted'],
    ]);
  });

  it('takes null for a value and not for a deletion', () => {
    const stage = subscribed();
    stage.says(topic(7, 'quotes/A', 0));
    stage.says({ t: 7, o: 1, d: null });
    expect(stage.happened().at(-1)).toEqual(['quotes', 'delivery', 'quotes/A', 1, null]);
  });

  it('gets no entry twice', () => {
    const stage = subscribed();
    stage.says(topic(7, 'quotes/A', 0));
    for (const o of [1, 2, 2, 1, 3]) stage.says({ t: 7, o, d: o });
    expect(stage.happened().slice(1).map((event) => event[3])).toEqual([1, 2, 3]);
    expect(stage.client.statistics.duplicates).toBe(2);
  });

  it('starts anew with a new epoch, whose offsets may be lower', () => {
    const stage = subscribed();
    stage.says(topic(7, 'quotes/A', 10));
    stage.says({ t: 7, o: 11, d: 'old' });
    stage.says(topic(8, 'quotes/A', 0, { epoch: 'e2' }));
    stage.says({ t: 8, o: 1, d: 'new' });
    expect(stage.happened().at(-1)).toEqual(['quotes', 'delivery', 'quotes/A', 1, 'new']);
  });

  it('that overlaps another shares its deliveries, and joins with the newest state', () => {
    const stage = subscribed();
    stage.says(topic(7, 'quotes/A', 4));
    stage.says({ t: 7, o: 5, d: 'five' });
    stage.happened();
    stage.client.subscribe('quotes/A', {}, stage.recorder('A'));
    stage.accepts('subscribe');
    stage.says({ t: 7, o: 6, d: 'six' });
    expect(stage.happened()).toEqual([
      ['A', 'topic', 'quotes/A', 'e1', 5],
      ['A', 'delivery', 'quotes/A', 5, 'five', 'snapshot'],
      ['quotes', 'delivery', 'quotes/A', 6, 'six'],
      ['A', 'delivery', 'quotes/A', 6, 'six'],
    ]);
  });

  it('that is not accepted yet gets nothing of those it overlaps', () => {
    const stage = subscribed();
    stage.client.subscribe('quotes/A', {}, stage.recorder('A'));
    stage.says(topic(7, 'quotes/A', 4));
    stage.says({ t: 7, o: 5, d: 'five' });
    expect(stage.happened().map((event) => event[0])).toEqual(['quotes', 'quotes']);
  });

  it('has its filter for itself', () => {
    const stage = subscribed();
    expect(() => stage.client.subscribe('quotes/+')).toThrow(/already/);
  });

  it('is told why it was refused', () => {
    const stage = new Stage();
    stage.client.subscribe('secret/#', {}, stage.recorder('secret'));
    stage.greet();
    stage.refuses('subscribe', 'forbidden');
    stage.sent();
    stage.advance(10_000);
    expect(stage.happened()).toEqual([['secret', 'error', 'forbidden']]);
    expect(stage.sent()).toEqual([]);
  });

  it('is asked for again after a refusal that will pass', () => {
    const stage = new Stage();
    stage.client.subscribe('a', {}, stage.recorder('a'));
    stage.greet();
    stage.refuses('subscribe', 'overloaded', true);
    stage.sent();
    stage.advance(250);
    expect(stage.sent().map(({ op, filter }) => [op, filter])).toEqual([['subscribe', 'a']]);
  });

  it('gets nothing more from the moment it is ended, and says so to the gateway', async () => {
    const stage = new Stage();
    const subscription = stage.client.subscribe('a', {}, stage.recorder('a'));
    stage.greet();
    stage.accepts('subscribe');
    stage.says(topic(1, 'a', 0));
    stage.happened();
    const done = subscription.unsubscribe();
    stage.says({ t: 1, o: 1, d: 1 });
    expect(stage.happened()).toEqual([]);
    stage.accepts('unsubscribe');
    await expect(done).resolves.toBeUndefined();
  });

  it('may be made again at once, and is new then', () => {
    const stage = new Stage();
    void stage.client.subscribe('a', {}, stage.recorder('first')).unsubscribe();
    stage.client.subscribe('a', {}, stage.recorder('second'));
    stage.greet();
    stage.accepts('subscribe');
    stage.says(topic(1, 'a', 0));
    stage.says({ t: 1, o: 1, d: 1 });
    expect(stage.happened().map((event) => event[0])).toEqual(['second', 'second']);
  });

  it('can change its rate, and keeps it on the next connection', async () => {
    const stage = new Stage();
    const subscription = stage.client.subscribe('a', { delivery: 'latest', maxRate: 10 });
    stage.greet();
    stage.accepts('subscribe', { max_rate: 10 });
    const limited = subscription.limit({ maxRate: 2 });
    expect(stage.request('limit')).toMatchObject({ filter: 'a', max_rate: 2 });
    stage.accepts('limit', { max_rate: 1.5 });
    await expect(limited).resolves.toBe(1.5);
    stage.closes(1006);
    stage.advance(1000);
    stage.open();
    expect(stage.request('subscribe')['max_rate']).toBe(2);
  });
});

describe('a gap', () => {
  function streaming(): Stage {
    const stage = new Stage();
    stage.client.subscribe('trades', { delivery: 'all' }, stage.recorder('trades'));
    stage.greet();
    stage.accepts('subscribe');
    stage.says(topic(1, 'trades', 10, { kind: 'stream' }));
    stage.happened();
    return stage;
  }

  it('is handed on as the gateway tells it', () => {
    const stage = streaming();
    stage.says({ op: 'gap', t: 1, from: 10, to: 15, cause: 'overflow', lost: 5 });
    stage.says({ t: 1, o: 16, d: 16 });
    expect(stage.happened()).toEqual([
      ['trades', 'gap', 'trades', 10, 15, 'overflow', 5],
      ['trades', 'delivery', 'trades', 16, 16],
    ]);
  });

  it('that nobody told is found out', () => {
    const stage = streaming();
    stage.says({ t: 1, o: 11, d: 11 });
    stage.says({ t: 1, o: 14, d: 14 });
    expect(stage.happened()).toEqual([
      ['trades', 'delivery', 'trades', 11, 11],
      ['trades', 'gap', 'trades', 11, 13, 'unknown', undefined],
      ['trades', 'delivery', 'trades', 14, 14],
    ]);
  });

  it('is none where the source has holes', () => {
    const stage = streaming();
    stage.says({ t: 1, o: 20, p: 10, d: 20 });
    expect(stage.happened()).toEqual([['trades', 'delivery', 'trades', 20, 20]]);
  });

  it('is none where only the newest is wanted', () => {
    const stage = new Stage();
    stage.client.subscribe('trades', { delivery: 'latest' }, stage.recorder('trades'));
    stage.greet();
    stage.accepts('subscribe');
    stage.says(topic(1, 'trades', 10, { kind: 'stream' }));
    stage.says({ t: 1, o: 14, d: 14 });
    expect(stage.happened().map((event) => event[1])).toEqual(['topic', 'delivery']);
  });

  it('without beginning takes the old offsets back: what follows are other entries', () => {
    const stage = streaming();
    stage.says({ t: 1, o: 11, d: 'lost in the crash' });
    stage.says({ op: 'gap', t: 1, to: 5, cause: 'future' });
    stage.says({ t: 1, o: 6, d: 'six' });
    expect(stage.happened().slice(1)).toEqual([
      ['trades', 'gap', 'trades', undefined, 5, 'future', undefined],
      ['trades', 'delivery', 'trades', 6, 'six'],
    ]);
  });
});

describe('nonsense from the gateway', () => {
  it.each([
    ['no JSON', '{'],
    ['no object', '7'],
    ['a delivery without offset', '{"t":1,"d":1}'],
    ['a delivery of a topic that was not introduced', '{"t":99,"o":1,"d":1}'],
    ['a gap of a topic that was not introduced', '{"op":"gap","t":99,"to":1,"cause":"overflow"}'],
    ['a reply to nothing', '{"re":99,"ok":true}'],
    ['a time that is none', '{"op":"heartbeat","time":"noon"}'],
  ])('%s ends the connection, and the client comes back', (_name, text) => {
    const stage = new Stage();
    stage.client.subscribe('a');
    stage.greet();
    stage.accepts('subscribe');
    stage.says(topic(1, 'a', 0));
    stage.says(text);
    expect(stage.happened()).toEqual([['error', 'protocol']]);
    expect(stage.socket.closedWith?.code).toBe(4400);
    expect(stage.client.state.name).toBe('waiting');
  });

  it.each([
    ['an op', '{"op":"weather","t":1}'],
    ['a key', '{"op":"ready","filter":"a","mood":"good"}'],
    ['a message', '{"mood":"good"}'],
    ['an op with the name of something built in', '{"op":"constructor"}'],
  ])('%s of a later version is ignored', (_name, text) => {
    const stage = new Stage();
    stage.greet();
    stage.says(text);
    expect(stage.happened()).toEqual([]);
    expect(stage.client.state.name).toBe('open');
  });
});
