import type { CborLibrary } from '../options.js';
import { utf8Length } from './bytes.js';
import { DecodeError, decode, read } from './decode.js';
import { encode } from './encode.js';
import type { ClientMessage, ServerMessage } from './messages.js';

/** What a WebSocket message holds. */
export type Data = string | Uint8Array;

/** How messages are written: one WebSocket subprotocol. */
export interface Codec {
  readonly subprotocol: string;
  encode(message: ClientMessage): Data;
  /** @throws DecodeError when it cannot be read */
  decode(data: Data): ServerMessage;
}

export const jsonCodec: Codec = {
  subprotocol: 'weir.v1.json',
  encode,
  decode(data) {
    if (typeof data === 'string') return decode(data);
    throw new DecodeError('a binary message');
  },
};

/** The same in CBOR, with what reads and writes that. */
export function cborCodec(library: CborLibrary): Codec {
  return {
    subprotocol: 'weir.v1.cbor',
    encode: (message) => library.encode(plain(message)),
    decode(data) {
      if (typeof data === 'string') throw new DecodeError('a text message');
      let value: unknown;
      try {
        value = library.decode(data);
      } catch {
        throw new DecodeError('not CBOR');
      }
      return read(value);
    },
  };
}

/** How long a message is, without compression and frame header. */
export function dataBytes(data: Data): number {
  return typeof data === 'string' ? utf8Length(data) : data.length;
}

/** What JSON would make of a value, except that bytes stay bytes: `undefined` and NaN mean nothing to a gateway. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((element) => plain(element) ?? null);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return plain(toJSON.call(value));
  const members = Object.entries(value).filter(([, member]) => member !== undefined && typeof member !== 'function');
  return Object.fromEntries(members.map(([name, member]) => [name, plain(member)]));
}
