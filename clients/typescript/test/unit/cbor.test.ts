import { decode, encode } from 'cborg';
import { expect, it } from 'vitest';
import { Stage, topic } from './stage.js';

const cbor = { encode, decode };

function greeted(): Stage {
  const stage = new Stage({ cbor });
  stage.open('weir.v1.cbor');
  stage.accepts('connect', { session: 's1', heartbeat_ms: 15000, server: 'weir/0' });
  return stage;
}

it('offers weir.v1.cbor alone, and takes no other', () => {
  const stage = new Stage({ cbor });
  expect(stage.socket.protocols).toEqual(['weir.v1.cbor']);
  stage.open('weir.v1.json');
  expect(stage.client.state).toMatchObject({ name: 'closed' });
});

it('is told deliveries, and bytes as bytes', () => {
  const stage = greeted();
  stage.client.subscribe('a', {}, stage.recorder('a'));
  stage.accepts('subscribe', { max_rate: 0 });
  stage.says(topic(7, 'a', 0));
  stage.says({ t: 7, o: 1, d: { bid: 1.1 } });
  stage.says({ t: 7, o: 2, d: Uint8Array.from([0, 255]) });
  stage.says({ t: 7, o: 3, d: { b64: 'AP8=' } });
  const data = stage.happened().filter(([, event]) => event === 'delivery').map((event) => event[4]);
  expect(data).toEqual([{ bid: 1.1 }, Uint8Array.from([0, 255]), Uint8Array.from([0, 255])]);
});

it('acknowledges the bytes of the messages as they are in CBOR', () => {
  const stage = new Stage({ cbor, windowBytes: 100 });
  stage.open('weir.v1.cbor');
  stage.accepts('connect', { session: 's1', heartbeat_ms: 15000, limits: { window_bytes: 100 }, server: 'weir/0' });
  stage.client.subscribe('a');
  stage.accepts('subscribe', { max_rate: 0 });
  stage.says(topic(7, 'a', 0));
  const delivery = { t: 7, o: 1, d: 'x'.repeat(60) };
  stage.says(delivery);
  expect(stage.request('ack')).toEqual({ op: 'ack', bytes: encode(delivery).length });
});

it('publishes bytes as bytes, and what JSON leaves out is left out', () => {
  const stage = greeted();
  void stage.client.publish('a', Uint8Array.from([0, 255]));
  expect(stage.request('publish')['data']).toEqual(Uint8Array.from([0, 255]));
  const data = { none: undefined, list: [undefined, Number.NaN], when: new Date(0), call: () => 1, n: 1.5 };
  void stage.client.publish('a', data as never);
  expect(stage.request('publish')['data']).toEqual(JSON.parse(JSON.stringify(data)));
});

it('refuses by itself what is too large as CBOR', async () => {
  const stage = new Stage({ cbor });
  stage.open('weir.v1.cbor');
  stage.accepts('connect', { session: 's1', heartbeat_ms: 15000, limits: { message_bytes: 200 }, server: 'weir/0' });
  const fits = new Uint8Array(140); // as base64 it would not
  void stage.client.publish('a', fits);
  expect(stage.request('publish')['data']).toEqual(fits);
  await expect(stage.client.publish('a', new Uint8Array(200))).rejects.toMatchObject({ code: 'too_big' });
});

it.each([['text', '{"t":7}'], ['no CBOR', Uint8Array.from([0xff])], ['no map', Uint8Array.from([0x80])]])(
  'gives up a connection that says %s',
  (_what, data) => {
    const stage = greeted();
    stage.socket.onmessage?.({ data: typeof data === 'string' ? data : data.buffer } as never);
    expect(stage.happened()).toContainEqual(['error', 'protocol']);
    expect(stage.socket.closedWith).toMatchObject({ code: 4400 });
  },
);
