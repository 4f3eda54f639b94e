import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../src/core/json_patch.js';
import type { Json } from '../../src/events.js';

describe('a patch', () => {
  it.each<[string, Json, object[], Json]>([
    ['of nothing', { a: 1 }, [], { a: 1 }],
    ['of everything', 1, [{ op: 'replace', path: '', value: [2] }], [2]],
    ['replaces a member', { a: 1, b: 2 }, [{ op: 'replace', path: '/a', value: null }], { a: null, b: 2 }],
    ['adds a member', {}, [{ op: 'add', path: '/a', value: { b: 1 } }], { a: { b: 1 } }],
    ['removes a member', { a: 1, b: 2 }, [{ op: 'remove', path: '/a' }], { b: 2 }],
    ['escapes', { 'a/b': { 'm~n': { '': 1 } } }, [{ op: 'replace', path: '/a~1b/m~0n/', value: 2 }], { 'a/b': { 'm~n': { '': 2 } } }],
    ['escapes an escape', { '~1': 1, '/': 2 }, [{ op: 'remove', path: '/~01' }], { '/': 2 }],
    [
      'changes elements in order',
      [1, 2, 3],
      [
        { op: 'remove', path: '/2' },
        { op: 'add', path: '/0', value: 0 },
        { op: 'add', path: '/3', value: 9 },
        { op: 'replace', path: '/1', value: 'x' },
      ],
      [0, 'x', 2, 9],
    ],
    [
      'goes into what it has added',
      {},
      [
        { op: 'add', path: '/a', value: { b: [1] } },
        { op: 'add', path: '/a/b/1', value: 2 },
      ],
      { a: { b: [1, 2] } },
    ],
  ])('%s', (_name, from, operations, to) => {
    expect(applyPatch(from, operations)).toEqual(to);
  });

  it('leaves the value before as it was, and shares what does not change', () => {
    const before = { changed: { list: [1, { x: 1 }] }, same: { y: 1 } };
    const text = JSON.stringify(before);
    const operations = [
      { op: 'replace', path: '/changed/list/1/x', value: 2 },
      { op: 'add', path: '/changed/list/2', value: 3 },
    ];
    const after = applyPatch(before, operations) as typeof before;
    expect(after).toEqual({ changed: { list: [1, { x: 2 }, 3] }, same: { y: 1 } });
    expect(JSON.stringify(before)).toBe(text);
    expect(after.same).toBe(before.same);
  });

  it('leaves its own operations as they are', () => {
    const operations = [
      { op: 'add', path: '/a', value: { b: 1 } },
      { op: 'replace', path: '/a/b', value: 2 },
    ];
    expect(applyPatch({}, operations)).toEqual({ a: { b: 2 } });
    expect(operations[0]!.value).toEqual({ b: 1 });
  });

  it('may have names like parts of every object', () => {
    const before = JSON.parse('{"__proto__":{"x":1},"constructor":2}') as Json;
    const operations = JSON.parse(
      '[{"op":"replace","path":"/__proto__/x","value":5},{"op":"add","path":"/toString","value":1},{"op":"remove","path":"/constructor"}]',
    ) as object[];
    const after = applyPatch(before, operations);
    expect(JSON.stringify(after)).toBe('{"__proto__":{"x":5},"toString":1}');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each<[unknown]>([
    [{ op: 'replace', path: '/x', value: 1 }],
    [{ op: 'remove', path: '/x' }],
    [{ op: 'remove', path: '/toString' }],
    [{ op: 'remove', path: '/list/2' }],
    [{ op: 'replace', path: '/list/2', value: 1 }],
    [{ op: 'add', path: '/list/3', value: 1 }],
    [{ op: 'remove', path: '/list/00' }],
    [{ op: 'remove', path: '/list/length' }],
    [{ op: 'add', path: '/text/0', value: 1 }],
    [{ op: 'add', path: '/x/y', value: 1 }],
    [{ op: 'add', path: '/x' }],
    [{ op: 'add', path: 'x', value: 1 }],
    [{ op: 'add', path: 7, value: 1 }],
    [{ op: 'remove', path: '' }],
    [{ op: 'test', path: '/text', value: 'abc' }],
    [{ path: '/text', value: 1 }],
    [17],
    [null],
  ])('that does not fit: %j', (operation) => {
    expect(applyPatch({ list: [1, 2], text: 'abc' }, [operation])).toBeUndefined();
  });
});
