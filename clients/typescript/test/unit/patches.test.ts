import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/index.js';
import { Stage, topic } from './stage.js';

const bid = (value: unknown): object[] => [{ op: 'replace', path: '/bid', value }];

function following(): Stage {
  const stage = new Stage();
  stage.greet();
  stage.client.subscribe('a', { delta: 'patch' }, stage.recorder('s'));
  expect(stage.request('subscribe')).toMatchObject({ filter: 'a', delta: 'patch' });
  stage.accepts('subscribe', { max_rate: 0 });
  stage.says(topic(7, 'a', 0));
  stage.says({ t: 7, o: 5, d: { bid: 1, sizes: [1] }, s: true });
  stage.happened();
  return stage;
}

describe('patches of values', () => {
  it('come to whole values, however many entries lie between', () => {
    const stage = following();
    stage.says({ t: 7, o: 9, b: 5, j: bid(2) });
    stage.says({ t: 7, o: 12, b: 9, j: [{ op: 'add', path: '/sizes/1', value: 2 }] });
    stage.says({ t: 7, o: 13, b: 12, j: [] });
    expect(stage.happened()).toEqual([
      ['s', 'delivery', 'a', 9, { bid: 2, sizes: [1] }],
      ['s', 'delivery', 'a', 12, { bid: 2, sizes: [1, 2] }],
      ['s', 'delivery', 'a', 13, { bid: 2, sizes: [1, 2] }],
    ]);
  });

  it('leave what was handed over before as it was', () => {
    const stage = following();
    const seen: Delivery[] = [];
    stage.client.subscribe('+', { delta: 'patch' }, (delivery) => void seen.push(delivery));
    stage.accepts('subscribe', { max_rate: 0 });
    stage.says({ t: 7, o: 9, b: 5, j: bid(2) });
    stage.says({ t: 7, o: 10, b: 9, j: bid(3) });
    expect(seen.map(({ data }) => data)).toEqual([1, 2, 3].map((value) => ({ bid: value, sizes: [1] })));
  });

  it.each([
    ['of another value', { t: 7, o: 9, b: 4, j: bid(2) }],
    ['that does not fit', { t: 7, o: 9, b: 5, j: [{ op: 'remove', path: '/ask' }] }],
  ])('%s end the connection, and the value comes whole on the next', (_name, message) => {
    const stage = following();
    stage.says(message);
    expect(stage.socket.closedWith?.code).toBe(4400);
    expect(stage.client.state.name).toBe('waiting');
    stage.advance(30_000);
    stage.greet();
    expect(stage.request('subscribe')).toMatchObject({ filter: 'a', delta: 'patch' });
    stage.accepts('subscribe', { max_rate: 0 });
    stage.says(topic(3, 'a', 0));
    stage.happened();
    stage.says({ t: 3, o: 9, d: { bid: 2 }, s: true });
    stage.says({ t: 3, o: 10, b: 9, j: bid(3) });
    expect(stage.happened()).toEqual([
      ['s', 'delivery', 'a', 9, { bid: 2 }, 'snapshot'],
      ['s', 'delivery', 'a', 10, { bid: 3 }],
    ]);
  });

  it.each([
    ['bytes', { d: { b64: 'AAEC' } }],
    ['nothing', { x: true }],
  ])('do not fit %s', (_name, content) => {
    const stage = following();
    stage.says({ t: 7, o: 6, ...content });
    stage.says({ t: 7, o: 9, b: 6, j: [] });
    expect(stage.socket.closedWith?.code).toBe(4400);
  });
});
