import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { EffectiveLimits, Payload } from '../../src/events.js';
import { toBase64 } from '../../src/wire/bytes.js';
import { DecodeError, decode } from '../../src/wire/decode.js';
import { encodeLimits } from '../../src/wire/encode.js';
import type { ServerMessage } from '../../src/wire/messages.js';

/** What a text means, in the words of tests/vectors; null: it is to be refused. */
type Meaning = Record<string, unknown> | null;

interface Vector {
  readonly name: string;
  readonly text: string;
  readonly means: Meaning;
}

const folder = process.env['WEIR_VECTORS'] ?? join(dirname(fileURLToPath(import.meta.url)), '../../../../tests/vectors');

function vectors(file: string): Vector[] {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as Vector[];
}

function limitsMeant(limits: EffectiveLimits): Meaning {
  const { messageBytes, subscriptions, cells, publishesPerSecond } = limits;
  const others = { message_bytes: messageBytes, subscriptions, cells, publishes_per_s: publishesPerSecond };
  return { ...encodeLimits(limits), ...others };
}

function payloadMeant(data: Payload | undefined): object {
  if (data === undefined) return {};
  return data instanceof Uint8Array ? { b64: toBase64(data) } : { data };
}

/** A message of this client's decoder in the words of the vectors. */
function meaningOf(message: ServerMessage): Meaning {
  switch (message.type) {
    case 'accepted': {
      const { session, server, heartbeatMs, limits, maxRate, position, timeMs } = message.body;
      return {
        type: 'accepted',
        re: message.re,
        session,
        server,
        heartbeat_ms: heartbeatMs,
        limits: limits && limitsMeant(limits),
        max_rate: maxRate,
        position,
        unix_ms: timeMs,
      };
    }
    case 'refused':
    case 'error': {
      const { code, message: text, retry } = message.error;
      return { type: message.type, ...(message.type === 'refused' && { re: message.re }), code, message: text, retry };
    }
    case 'delivery': {
      const { number, offset, prev, isSnapshot, timeMs, conflated, data } = message;
      const place = { type: 'delivery', number, offset, prev, snapshot: isSnapshot };
      return { ...place, unix_ms: timeMs, conflated, ...payloadMeant(data) };
    }
    case 'stale':
      return { type: 'stale', number: message.number, stale: message.isStale };
    case 'limits':
      return { type: 'limits', limits: limitsMeant(message.limits) };
    case 'heartbeat':
      return { type: 'heartbeat', unix_ms: message.timeMs };
    case 'goodbye':
      return { type: 'goodbye', code: message.code, reason: message.reason, retry_ms: message.retryMs };
    default:
      return { ...message };
  }
}

/** Vectors have payloads as JSON text, to tell 1.10 from 1.1; this client has values. */
function withValue({ json, ...others }: Record<string, unknown>): Meaning {
  return typeof json === 'string' ? { ...others, data: JSON.parse(json) } : others;
}

describe.each(['events.json', 'events_to_bear.json'])('%s', (file) => {
  it.each(vectors(file).map((vector) => [vector.name, vector] as const))('%s', (_name, { text, means }) => {
    if (means === null) expect(() => decode(text)).toThrow(DecodeError);
    else expect(meaningOf(decode(text))).toEqual(withValue(means));
  });
});
