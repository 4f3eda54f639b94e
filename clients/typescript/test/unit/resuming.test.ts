import { describe, expect, it } from 'vitest';
import { Stage, topic } from './stage.js';

/** The connection is lost and the next one greets. */
function comesBack(stage: Stage): void {
  stage.closes(1006);
  stage.advance(1000);
  stage.greet();
}

describe('coming back', () => {
  it('waits at random, longer after each failure', () => {
    const stage = new Stage();
    const waits: number[] = [];
    stage.client.on('state', (state) => {
      if (state.name === 'waiting') waits.push(state.retryInMs);
    });
    stage.randoms = [1, 0, 0.5];
    for (let i = 0; i < 3; i++) {
      stage.closes(1006);
      stage.advance(500);
    }
    expect(waits).toEqual([500, 0, 1000]);
  });

  it('starts the row of waits anew after a connection ten times as long as the longest wait before it', () => {
    const stage = new Stage();
    const waits: number[] = [];
    stage.client.on('state', (state) => {
      if (state.name === 'waiting') waits.push(state.retryInMs);
    });
    for (const livedMs of [0, 4_999, 10_000]) {
      stage.greet();
      for (let lived = 0; lived + 10_000 <= livedMs; lived += 10_000) {
        stage.advance(10_000);
        stage.says({ op: 'heartbeat', time: '2026-01-01T00:00:00.000Z' });
      }
      stage.advance(livedMs % 10_000);
      stage.closes(1006);
      stage.advance(1000);
    }
    expect(waits).toEqual([250, 500, 250]);
  });

  it('waits at least as long as the gateway says in its goodbye', () => {
    const stage = new Stage();
    stage.greet();
    stage.says({ op: 'goodbye', code: 1012, reason: 'restart', retry_ms: 1830 });
    stage.randoms = [0];
    stage.closes(1012, 'restart');
    expect(stage.client.state).toEqual({ name: 'waiting', retryInMs: 1830, code: 1012, reason: 'restart' });
  });

  it('does not happen after a code that forbids it', () => {
    const stage = new Stage();
    stage.greet();
    stage.closes(4503, 'forbidden');
    stage.advance(100_000);
    expect(stage.client.state).toEqual({ name: 'closed', code: 4503, reason: 'forbidden' });
    expect(stage.sockets).toHaveLength(1);
  });

  it('does not happen when the goodbye forbade it and the close frame was lost', () => {
    const stage = new Stage();
    stage.greet();
    stage.says({ op: 'goodbye', code: 4503, reason: 'forbidden' });
    stage.closes(1006);
    expect(stage.client.state).toEqual({ name: 'closed', code: 4503, reason: 'forbidden' });
  });

  it('is up to the application after a pause', () => {
    const stage = new Stage();
    stage.greet();
    stage.client.pause();
    expect(stage.socket.closedWith?.code).toBe(1000);
    stage.advance(100_000);
    expect(stage.sockets).toHaveLength(1);
    stage.client.reconnect();
    expect(stage.client.state.name).toBe('connecting');
    expect(stage.sockets).toHaveLength(2);
  });

  it('listens to the newest WebSocket only', () => {
    const stage = new Stage();
    stage.greet();
    const old = stage.socket;
    stage.client.reconnect();
    stage.greet();
    old.onmessage?.({ data: '{' } as never);
    old.onclose?.({ code: 4503, reason: '' } as never);
    expect(stage.client.state.name).toBe('open');
    expect(stage.happened()).toEqual([]);
  });
});

describe('a subscription of every entry', () => {
  function following(): Stage {
    const stage = new Stage();
    stage.client.subscribe('trades/+', { delivery: 'all', history: 5 }, stage.recorder('trades'));
    stage.greet();
    stage.accepts('subscribe');
    stage.says(topic(1, 'trades/A', 10));
    stage.says(topic(2, 'trades/B', 3));
    stage.says({ op: 'ready', filter: 'trades/+' });
    stage.says({ t: 1, o: 11, d: 11 });
    stage.happened();
    return stage;
  }

  it('resumes where it was, also in topics that were silent', () => {
    const stage = following();
    comesBack(stage);
    expect(stage.request('subscribe')).toEqual({
      op: 'subscribe',
      id: 2,
      filter: 'trades/+',
      delivery: 'all',
      from: { 'trades/A': { epoch: 'e1', offset: 11 }, 'trades/B': { epoch: 'e1', offset: 3 } },
    });
  });

  it('is recovered when nothing was lost, and hands over what came meanwhile once', () => {
    const stage = following();
    comesBack(stage);
    stage.accepts('subscribe');
    stage.says(topic(5, 'trades/A', 11));
    stage.says({ t: 5, o: 11, d: 11 }); // a gateway that repeats
    stage.says({ t: 5, o: 12, d: 12 });
    stage.says({ op: 'ready', filter: 'trades/+' });
    expect(stage.happened()).toEqual([
      ['trades', 'topic', 'trades/A', 'e1', 11],
      ['trades', 'delivery', 'trades/A', 12, 12],
      ['trades', 'ready', 'recovered'],
    ]);
  });

  it('is told when something was lost', () => {
    const stage = following();
    comesBack(stage);
    stage.accepts('subscribe');
    stage.says(topic(5, 'trades/A', 20));
    stage.says({ op: 'gap', t: 5, from: 11, to: 20, cause: 'truncated', lost: 9 });
    stage.says({ op: 'ready', filter: 'trades/+' });
    expect(stage.happened()).toEqual([
      ['trades', 'topic', 'trades/A', 'e1', 20],
      ['trades', 'gap', 'trades/A', 11, 20, 'truncated', 9],
      ['trades', 'ready', 'gap'],
    ]);
    comesBack(stage);
    stage.accepts('subscribe');
    stage.says({ op: 'ready', filter: 'trades/+' });
    expect(stage.happened()).toEqual([['trades', 'ready', 'recovered']]);
    expect(stage.request('subscribe')['from']).toMatchObject({ 'trades/A': { offset: 20 } });
  });

  it('that had no topic yet wants those born meanwhile from their beginning', () => {
    const stage = new Stage();
    stage.client.subscribe('trades/+', { delivery: 'all' }, stage.recorder('trades'));
    stage.greet();
    stage.accepts('subscribe');
    stage.says({ op: 'ready', filter: 'trades/+' });
    comesBack(stage);
    expect(stage.request('subscribe')['from']).toEqual({});
  });

  it('that was never accepted begins again as it was asked for', () => {
    const stage = new Stage();
    stage.client.subscribe('trades/+', { delivery: 'all', history: 5 });
    stage.greet();
    comesBack(stage);
    expect(stage.request('subscribe')).toMatchObject({ history: 5 });
    expect(stage.request('subscribe')).not.toHaveProperty('from');
  });

  it('forgets positions with the subscription', async () => {
    const stage = following();
    const subscription = stage.client.subscribe('trades/A', { delivery: 'all' });
    stage.accepts('subscribe');
    void subscription.unsubscribe();
    stage.accepts('unsubscribe');
    comesBack(stage);
    expect(Object.keys(stage.request('subscribe')['from'] as object)).toEqual(['trades/A', 'trades/B']);
  });

  it('sends positions ahead that do not fit one message', () => {
    const stage = new Stage();
    stage.client.subscribe('#', { delivery: 'all' });
    stage.greet({ message_bytes: 4096 });
    stage.accepts('subscribe');
    for (let i = 1; i <= 200; i++) stage.says(topic(i, `trades/ä${i}`, i));
    stage.says({ op: 'ready', filter: '#' });
    comesBack(stage);
    const sent = stage.sent();
    const sizes = sent.map((message) => new TextEncoder().encode(JSON.stringify(message)).length);
    expect(sent.map(({ op }) => op)).toEqual(['connect', 'positions', 'positions', 'positions', 'subscribe', 'ping']);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4096);
    expect(Math.max(...sizes)).toBeGreaterThan(3900);
    const all = Object.assign({}, ...sent.map(({ from }) => from ?? {})) as Record<string, unknown>;
    expect(Object.keys(all)).toHaveLength(200);
    expect(all['trades/ä200']).toEqual({ epoch: 'e1', offset: 200 });
  });
});

describe('a subscription of the newest', () => {
  function following(options: { snapshot?: boolean } = {}): Stage {
    const stage = new Stage();
    stage.client.subscribe('quotes/+', { delivery: 'latest', ...options }, stage.recorder('quotes'));
    stage.greet();
    stage.accepts('subscribe');
    stage.says(topic(1, 'quotes/A', 10));
    stage.says({ t: 1, o: 11, d: 'eleven', s: true });
    stage.says({ op: 'ready', filter: 'quotes/+' });
    stage.happened();
    return stage;
  }

  it('gets the state again, of which only news reaches the application', () => {
    const stage = following();
    comesBack(stage);
    expect(stage.request('subscribe')).not.toHaveProperty('from');
    stage.accepts('subscribe');
    stage.says(topic(1, 'quotes/A', 11));
    stage.says({ t: 1, o: 11, d: 'eleven', s: true });
    stage.says(topic(2, 'quotes/B', 1));
    stage.says({ t: 2, o: 1, d: 'one', s: true });
    stage.says({ op: 'ready', filter: 'quotes/+' });
    expect(stage.happened()).toEqual([
      ['quotes', 'topic', 'quotes/A', 'e1', 11],
      ['quotes', 'topic', 'quotes/B', 'e1', 1],
      ['quotes', 'delivery', 'quotes/B', 1, 'one', 'snapshot'],
      ['quotes', 'ready', 'recovered'],
    ]);
  });

  it('that did not begin with the state asks for it after a break: something may have changed', () => {
    const stage = following({ snapshot: false });
    expect(stage.request('subscribe')['snapshot']).toBe(false);
    comesBack(stage);
    expect(stage.request('subscribe')['snapshot']).toBe(true);
  });
});

describe('a subscription that leaves the kind of delivery open', () => {
  it('resumes its streams by position and gets the state of the rest', () => {
    const stage = new Stage();
    stage.client.subscribe('#');
    stage.greet();
    stage.accepts('subscribe');
    stage.says(topic(1, 'quotes/A', 10));
    stage.says(topic(2, 'trades/A', 7, { kind: 'stream' }));
    stage.says({ op: 'ready', filter: '#' });
    comesBack(stage);
    expect(stage.request('subscribe')['from']).toEqual({ 'trades/A': { epoch: 'e1', offset: 7 } });
  });
});
