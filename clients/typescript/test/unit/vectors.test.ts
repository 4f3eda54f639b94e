import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { EffectiveLimits, Payload } from '../../src/events.js';
import { fromBase64, toBase64 } from '../../src/wire/bytes.js';
import { DecodeError, decode } from '../../src/wire/decode.js';
import { encode, encodeLimits, encodePayload } from '../../src/wire/encode.js';
import type { ClientMessage, Positions, ServerMessage } from '../../src/wire/messages.js';

/** What a text means, in the words of tests/vectors; null: it is to be refused. */
type Meaning = Record<string, unknown> | null;

interface Vector {
  readonly name: string;
  readonly text: string;
  /** Absent: it is to be refused by a gateway. */
  readonly means?: Meaning;
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
      const { patch, changes, hasMore } = message;
      const parts = changes && {
        base: changes.base,
        ...(changes.fields
          ? { fields: changes.fields }
          : { rows: changes.rows ?? {}, removed: changes.removedRows ?? [] }),
        ...(hasMore && { more: true }),
      };
      const patchMeant = patch && { base: patch.base, patch: patch.operations };
      return { ...place, unix_ms: timeMs, conflated, ...patchMeant, ...parts, ...payloadMeant(data) };
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
function withValue({ json, patch, fields, rows, ...others }: Record<string, unknown>): Meaning {
  const read = (texts: object) =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, JSON.parse(text as string)]));
  return {
    ...others,
    ...(typeof json === 'string' && { data: JSON.parse(json) }),
    ...(typeof patch === 'string' && { patch: JSON.parse(patch) }),
    ...(fields !== undefined && { fields: read(fields as object) }),
    ...(rows !== undefined && {
      rows: Object.fromEntries(Object.entries(rows as object).map(([key, row]) => [key, read(row as object)])),
    }),
  };
}

describe.each(['events.json', 'events_to_bear.json'])('%s', (file) => {
  it.each(vectors(file).map((vector) => [vector.name, vector] as const))('%s', (_name, { text, means }) => {
    if (means === null) expect(() => decode(text)).toThrow(DecodeError);
    else expect(meaningOf(decode(text))).toEqual(withValue(means!));
  });
});

const subscribeDefaults: Record<string, unknown> = {
  max_rate: 0,
  fields: [],
  history: 0,
  on_overflow: 'gap',
  ts: false,
  counts: false,
  priority: 0,
};

function limitsOf(means: Record<string, unknown>): ReturnType<typeof encodeLimits> {
  const names = {
    bytesPerSecond: 'bytes_per_s',
    messagesPerSecond: 'messages_per_s',
    maxDelayMs: 'max_delay_ms',
    windowBytes: 'window_bytes',
  };
  return encodeLimits(
    Object.fromEntries(Object.entries(names).flatMap(([ours, wire]) => (wire in means ? [[ours, means[wire]]] : []))),
  );
}

/** Members of a command's meaning, each there where its op has it. */
interface Command {
  readonly op: string;
  readonly id: number;
  readonly filter: string;
  readonly topic: string;
  readonly from: Positions;
  readonly mid: string;
  readonly operation: string;
  readonly json: string;
  readonly b64?: string;
  readonly heartbeat_ms?: number;
  readonly token?: string;
  readonly max_rate: number;
  readonly bytes: number;
}

function subscribeOf(means: Record<string, unknown>): ClientMessage {
  const said = Object.entries(means).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(subscribeDefaults[key]),
  );
  return Object.fromEntries(said) as unknown as ClientMessage;
}

/** What this client would send to mean it; undefined where this client has no way to say it. */
function messageOf(means: Record<string, unknown>): ClientMessage | undefined {
  const command = means as unknown as Command;
  const { id, filter, topic, from, mid, token, heartbeat_ms } = command;
  switch (command.op) {
    case 'connect':
      if (heartbeat_ms === undefined) return undefined;
      return { op: 'connect', id, heartbeat_ms, ...(token !== undefined && { token }), ...limitsOf(means) };
    case 'subscribe':
      return subscribeOf(means);
    case 'positions':
      return { op: 'positions', id, from };
    case 'unsubscribe':
      return { op: 'unsubscribe', id, filter };
    case 'publish': {
      if (command.operation !== 'replace' || id === undefined) return undefined;
      const data = command.b64 === undefined ? (JSON.parse(command.json) as Payload) : fromBase64(command.b64)!;
      return { op: 'publish', id, topic, data: encodePayload(data), ...(mid !== '' && { mid }) };
    }
    case 'limit':
      if (filter !== '') return { op: 'limit', id, filter, max_rate: command.max_rate };
      return { op: 'limit', id, ...limitsOf(means) };
    case 'ping':
      return { op: 'ping', id };
    case 'ack':
      return { op: 'ack', bytes: command.bytes };
    default:
      return undefined;
  }
}

describe('what this client says', () => {
  const said = vectors('commands.json').flatMap(({ name, text, means }) => {
    const message = means ? messageOf(means) : undefined;
    return message ? [{ name, text, message }] : [];
  });

  it('is every request that it has', () => {
    const ops = new Set(said.map(({ message }) => message.op));
    expect([...ops].sort()).toEqual(['ack', 'connect', 'limit', 'ping', 'positions', 'publish', 'subscribe', 'unsubscribe']);
  });

  it.each(said)('$name', ({ text, message }) => {
    expect(JSON.parse(encode(message))).toEqual(JSON.parse(text));
  });
});
