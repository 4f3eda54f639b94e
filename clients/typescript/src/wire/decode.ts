import { WeirError, gatewayErrorCodes, type GatewayErrorCode } from '../errors.js';
import type { EffectiveLimits, Fields, GapCause, Kind, Payload, Position } from '../events.js';
import { fromBase64, toBase64 } from './bytes.js';
import type { Accepted, Changes, DeliveryMessage, Patch, ServerMessage } from './messages.js';

type Members = Readonly<Record<string, unknown>>;

/** What a gateway sends that this client cannot read: the connection is of no use. */
export class DecodeError extends Error {}

const kinds: readonly string[] = ['value', 'record', 'table', 'stream'] satisfies Kind[];
const causes: readonly GapCause[] = ['overflow', 'truncated', 'epoch', 'future', 'source', 'filtered', 'unknown'];

function membersOf(value: unknown, what: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new DecodeError(`${what} is no object`);
}

function optionalNumber(members: Members, key: string): number | undefined {
  const value = members[key];
  if (value === undefined || typeof value === 'number') return value;
  throw new DecodeError(`"${key}" is no number`);
}

function number(members: Members, key: string): number {
  const value = optionalNumber(members, key);
  if (value === undefined) throw new DecodeError(`"${key}" is missing`);
  return value;
}

function string(members: Members, key: string): string {
  const value = members[key];
  if (typeof value === 'string') return value;
  throw new DecodeError(`"${key}" is no string`);
}

function time(members: Members, key: string): number {
  const unixMs = Date.parse(string(members, key));
  if (Number.isNaN(unixMs)) throw new DecodeError(`"${key}" is no time`);
  return unixMs;
}

/** JSON that is exactly `{"b64":"..."}` stands for bytes; where the text is no base64 it is just JSON. */
function payload(value: unknown): Payload {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const { b64, ...others } = value as Members;
    if (typeof b64 === 'string' && Object.keys(others).length === 0) {
      const bytes = fromBase64(b64);
      if (bytes !== undefined && toBase64(bytes) === b64) return bytes; // atob alone takes more than base64
    }
  }
  return value as Payload;
}

function limits(members: Members): EffectiveLimits {
  const read = (key: string): number => optionalNumber(members, key) ?? 0;
  return {
    bytesPerSecond: read('bytes_per_s'),
    messagesPerSecond: read('messages_per_s'),
    maxDelayMs: read('max_delay_ms'),
    windowBytes: read('window_bytes'),
    messageBytes: read('message_bytes'),
    subscriptions: read('subscriptions'),
    cells: read('cells'),
    publishesPerSecond: read('publishes_per_s'),
  };
}

function error(members: Members): WeirError {
  const { code, message, retry } = membersOf(members['error'], '"error"');
  const isKnown = (gatewayErrorCodes as readonly unknown[]).includes(code);
  return new WeirError(
    isKnown ? (code as GatewayErrorCode) : 'internal', // a code of a later version
    typeof message === 'string' ? message : String(code),
    retry === true,
  );
}

function accepted(members: Members): Accepted {
  const body: { -readonly [Key in keyof Accepted]: Accepted[Key] } = {};
  if (typeof members['session'] === 'string') body.session = members['session'];
  if (typeof members['server'] === 'string') body.server = members['server'];
  if (members['heartbeat_ms'] !== undefined) body.heartbeatMs = number(members, 'heartbeat_ms');
  if (members['limits'] !== undefined) body.limits = limits(membersOf(members['limits'], '"limits"'));
  if (members['max_rate'] !== undefined) body.maxRate = number(members, 'max_rate');
  if (members['epoch'] !== undefined) body.position = position(members);
  if (members['time'] !== undefined) body.timeMs = time(members, 'time');
  return body;
}

function position(members: Members): Position {
  return { epoch: string(members, 'epoch'), offset: number(members, 'offset') };
}

function reply(members: Members): ServerMessage {
  const re = number(members, 're');
  if (members['ok'] === true) return { type: 'accepted', re, body: accepted(members) };
  return { type: 'refused', re, error: error(members) };
}

function rows(value: unknown): Changes['rows'] {
  const byKey = membersOf(value, '"k"');
  for (const key of Object.keys(byKey)) membersOf(byKey[key], `the row "${key}"`);
  return byKey as Changes['rows'];
}

function removedRows(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((key) => typeof key === 'string')) return value as string[];
  throw new DecodeError('"x" has something else than keys of rows');
}

function changes(members: Members): Changes {
  return {
    base: number(members, 'b'),
    fields: 'f' in members ? (membersOf(members['f'], '"f"') as Fields) : undefined,
    rows: 'k' in members ? rows(members['k']) : undefined,
    removedRows: 'x' in members ? removedRows(members['x']) : undefined,
  };
}

function patch(members: Members): Patch {
  const operations = members['j'];
  if (Array.isArray(operations)) return { base: number(members, 'b'), operations };
  throw new DecodeError('"j" is no array');
}

function delivery(members: Members): DeliveryMessage {
  const offset = number(members, 'o');
  const isPatch = 'j' in members;
  const isChange = !isPatch && 'b' in members;
  const isDeleted = members['x'] === true;
  if (!isDeleted && !isPatch && !isChange && !('d' in members)) {
    throw new DecodeError('a delivery with neither "d", "b" nor "x":true');
  }
  return {
    type: 'delivery',
    number: number(members, 't'),
    offset,
    prev: optionalNumber(members, 'p') ?? offset - 1,
    data: 'd' in members ? payload(members['d']) : undefined,
    patch: isPatch ? patch(members) : undefined,
    changes: isChange ? changes(members) : undefined,
    hasMore: members['m'] === true,
    isDeleted,
    isSnapshot: members['s'] === true,
    timeMs: optionalNumber(members, 'ts'),
    conflated: optionalNumber(members, 'c'),
  };
}

function topic(members: Members): ServerMessage {
  const kind = string(members, 'kind');
  if (!kinds.includes(kind)) throw new DecodeError(`"kind" is not known: ${kind}`);
  return {
    type: 'topic',
    number: number(members, 't'),
    topic: string(members, 'topic'),
    kind: kind as Kind,
    epoch: string(members, 'epoch'),
    offset: number(members, 'o'),
  };
}

function cause(members: Members): GapCause {
  const text = string(members, 'cause');
  return causes.includes(text as GapCause) ? (text as GapCause) : 'unknown'; // one of a later version
}

const decoders: Readonly<Record<string, (members: Members) => ServerMessage>> = {
  topic,
  ready: (members) => ({ type: 'ready', filter: string(members, 'filter') }),
  gap: (members) => ({
    type: 'gap',
    number: number(members, 't'),
    from: optionalNumber(members, 'from'),
    to: number(members, 'to'),
    cause: cause(members),
    lost: optionalNumber(members, 'lost'),
  }),
  stale: (members) => ({ type: 'stale', number: number(members, 't'), isStale: members['stale'] === true }),
  limits: (members) => ({ type: 'limits', limits: limits(members) }),
  heartbeat: (members) => ({ type: 'heartbeat', timeMs: time(members, 'time') }),
  goodbye: (members) => ({
    type: 'goodbye',
    code: number(members, 'code'),
    reason: string(members, 'reason'),
    retryMs: optionalNumber(members, 'retry_ms'),
  }),
  error: (members) => ({ type: 'error', error: error(members) }),
};

/**
 * Reads one message of the gateway, which is JSON.
 * @throws DecodeError when it is not JSON, or not what `read` takes
 */
export function decode(text: string): ServerMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DecodeError('not JSON');
  }
  return read(value);
}

/**
 * Reads one message of the gateway in any codec. Keys and ops that are not known are ignored.
 * @throws DecodeError when a member is missing or of another type
 */
export function read(value: unknown): ServerMessage {
  const members = membersOf(value, 'the message');
  const op = members['op'];
  if (typeof op === 'string') return Object.hasOwn(decoders, op) ? decoders[op]!(members) : { type: 'ignored' };
  if ('re' in members) return reply(members);
  if ('t' in members) return delivery(members);
  return { type: 'ignored' };
}
