import { describe, expect, it } from 'vitest';
import { FoldedState } from '../../src/core/folded_state.js';
import { decode } from '../../src/wire/decode.js';
import type { DeliveryMessage } from '../../src/wire/messages.js';

function read(text: string): DeliveryMessage {
  return decode(text) as DeliveryMessage;
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('a record', () => {
  it('is all its fields after each change', () => {
    const state = new FoldedState('record');
    expect(plain(state.apply(read('{"t":1,"o":5,"d":{"bid":1,"ask":2},"s":true}'))?.data)).toEqual({ bid: 1, ask: 2 });
    expect(plain(state.apply(read('{"t":1,"o":9,"b":5,"f":{"bid":3,"ask":null}}'))?.data)).toEqual({ bid: 3 });
    expect(plain(state.apply(read('{"t":1,"o":10,"x":true}'))?.data)).toEqual({});
  });

  it('is a record where it looks like bytes', () => {
    const state = new FoldedState('record');
    expect(plain(state.apply(read('{"t":1,"o":5,"d":{"b64":"eyI="}}'))?.data)).toEqual({ b64: 'eyI=' });
    expect(plain(state.apply(read('{"t":1,"o":6,"b":5,"f":{"n":1}}'))?.data)).toEqual({ b64: 'eyI=', n: 1 });
  });

  it('takes no change of another state', () => {
    const state = new FoldedState('record');
    state.apply(read('{"t":1,"o":5,"d":{"a":1}}'));
    expect(state.apply(read('{"t":1,"o":9,"b":6,"f":{"a":2}}'))).toBeUndefined();
    expect(plain(state.apply(read('{"t":1,"o":9,"b":5,"f":{"b":2}}'))?.data)).toEqual({ a: 1, b: 2 });
  });

  it('leaves what was handed over as it was', () => {
    const state = new FoldedState('record');
    const first = state.apply(read('{"t":1,"o":5,"d":{"a":1}}'));
    state.apply(read('{"t":1,"o":6,"b":5,"f":{"a":2}}'));
    expect(plain(first?.data)).toEqual({ a: 1 });
  });

  it('may have a field that is called like a part of every object', () => {
    const state = new FoldedState('record');
    const text = '{"t":1,"o":5,"d":{"__proto__":{"x":1},"constructor":2}}';
    expect(JSON.stringify(state.apply(read(text))?.data)).toBe('{"__proto__":{"x":1},"constructor":2}');
  });
});

describe('a table', () => {
  it('tells which rows changed and which are gone, part by part', () => {
    const state = new FoldedState('table');
    const first = state.apply(read('{"t":1,"o":2,"d":{"a":{"x":1,"y":1},"b":{}},"s":true,"m":true}'));
    expect(first?.changedRows).toEqual(['a', 'b']);
    const second = state.apply(read('{"t":1,"o":7,"b":2,"k":{"a":{"x":2},"c":{"x":3}},"x":["b"]}'));
    expect(plain(second)).toEqual({
      data: { a: { x: 2, y: 1 }, c: { x: 3 } },
      changedRows: ['a', 'c'],
      removedRows: ['b'],
    });
  });

  it('begins a row anew that is removed and changed in one delivery', () => {
    const state = new FoldedState('table');
    state.apply(read('{"t":1,"o":2,"d":{"a":{"x":1,"y":1}}}'));
    const folded = state.apply(read('{"t":1,"o":8,"b":2,"k":{"a":{"y":5}},"x":["a"]}'));
    expect(plain(folded)).toEqual({ data: { a: { y: 5 } }, changedRows: ['a'], removedRows: [] });
  });

  it('tells what is gone when the whole comes again', () => {
    const state = new FoldedState('table');
    state.apply(read('{"t":1,"o":2,"d":{"a":{},"b":{}}}'));
    expect(state.apply(read('{"t":1,"o":9,"d":{"b":{"x":1}}}'))?.removedRows).toEqual(['a']);
    expect(state.apply(read('{"t":1,"o":10,"x":true}'))?.removedRows).toEqual(['b']);
  });
});
