import type { Payload } from '../events.js';
import type { SessionLimits } from '../options.js';
import { toBase64, utf8Length } from './bytes.js';
import type { ClientMessage, Positions, Request } from './messages.js';

/** One message as it goes to the gateway as JSON. */
export function encode(message: ClientMessage): string {
  if (message.op !== 'publish' || !('data' in message) || !(message.data instanceof Uint8Array)) {
    return JSON.stringify(message);
  }
  return JSON.stringify({ ...message, data: encodePayload(message.data) });
}

/** A payload as a member of a message; bytes become `{"b64":"..."}`. */
export function encodePayload(data: Payload): unknown {
  return data instanceof Uint8Array ? { b64: toBase64(data) } : data;
}

/** The limits that are given, by their names on the wire. */
export function encodeLimits(limits: SessionLimits): {
  bytes_per_s?: number;
  messages_per_s?: number;
  max_delay_ms?: number;
  window_bytes?: number;
} {
  return {
    ...(limits.bytesPerSecond !== undefined && { bytes_per_s: limits.bytesPerSecond }),
    ...(limits.messagesPerSecond !== undefined && { messages_per_s: limits.messagesPerSecond }),
    ...(limits.maxDelayMs !== undefined && { max_delay_ms: limits.maxDelayMs }),
    ...(limits.windowBytes !== undefined && { window_bytes: limits.windowBytes }),
  };
}

const envelopeBytes = 64; // {"op":"positions","id":9007199254740991,"from":{}}

/**
 * The requests that carry a subscribe with its positions: itself, after `positions` requests for those that do not
 * fit one message of `messageBytes`.
 */
export function splitPositions(
  subscribe: Request & { op: 'subscribe' },
  messageBytes: number,
  nextId: () => number,
): Request[] {
  if (subscribe.from === undefined || utf8Length(encode(subscribe)) <= messageBytes) return [subscribe];
  const requests: Request[] = [];
  let chunk: Positions = {};
  let chunkBytes = envelopeBytes;
  const flush = (): void => {
    requests.push({ op: 'positions', id: nextId(), from: chunk });
    chunk = {};
    chunkBytes = envelopeBytes;
  };
  for (const [topic, position] of Object.entries(subscribe.from)) {
    const bytes = utf8Length(JSON.stringify({ [topic]: position })) - 1; // its braces go, a comma comes
    if (chunkBytes + bytes > messageBytes && chunkBytes > envelopeBytes) flush();
    chunk[topic] = position;
    chunkBytes += bytes;
  }
  flush();
  return [...requests, { ...subscribe, from: {} }];
}
