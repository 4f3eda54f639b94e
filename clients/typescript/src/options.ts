import type { Delivery, SubscriptionEvents } from './events.js';

/** What this client uses of a WebSocket; browsers, node 22 and the package `ws` have it. */
export interface WebSocketLike {
  readonly protocol: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  binaryType?: string;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
}

/** Makes a WebSocket: the global one, or that of the package `ws`. */
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** What this client needs from outside; tests put a virtual clock here. */
export interface Runtime {
  readonly WebSocket: WebSocketConstructor;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** This computer's clock, Unix milliseconds. */
  unixMs(): number;
  /** 0 <= random() < 1. */
  random(): number;
  setTimer(callback: () => void, delayMs: number): unknown;
  clearTimer(timer: unknown): void;
}

/** Limits that a client sets itself; 0: none. The gateway's own ceilings stay in force. */
export interface SessionLimits {
  /** WebSocket bytes per second that the gateway may send. */
  readonly bytesPerSecond?: number;
  /** Deliveries per second that the gateway may send. */
  readonly messagesPerSecond?: number;
  /** How long updates may wait to share a write. */
  readonly maxDelayMs?: number;
  /**
   * Deliveries that may be under way and not yet handled, in bytes. Unless given, the client sizes this window by
   * itself so that about half a second of what the handlers take is under way, from 4 KiB to 4 MiB; 0 turns it off.
   */
  readonly windowBytes?: number;
}

/** What reads and writes CBOR (RFC 8949): the packages `cborg` and `cbor-x`, for example, export these two. */
export interface CborLibrary {
  encode(value: unknown): Uint8Array;
  /** Maps with texts as names become objects, byte strings Uint8Arrays. */
  decode(bytes: Uint8Array): unknown;
}

/** How to connect. */
export interface ConnectOptions extends SessionLimits {
  /** Who this is; a function is asked before each connection. */
  readonly token?: string | (() => string | Promise<string>);
  /** How long either side may be silent, 1000 to 60000; 15000 unless given. Dead after two such intervals. */
  readonly heartbeatMs?: number;
  /** How long a connection may take to open; 10000 unless given. */
  readonly openTimeoutMs?: number;
  /** Speak `weir.v1.cbor` with this library, instead of `weir.v1.json`: bytes need no base64 then, and numbers less room. */
  readonly cbor?: CborLibrary;
  /** Replaces the global WebSocket, the clocks or the randomness. */
  readonly runtime?: Partial<Runtime>;
}

/** What is wanted of a filter's topics. */
export interface SubscribeOptions {
  /** `latest`: newest state, merged while behind. `all`: every entry. Unless given: `all` for streams only. */
  readonly delivery?: 'latest' | 'all';
  /** `latest`: deliveries per second and topic, fractions allowed; 0: no limit. */
  readonly maxRate?: number;
  /** Begin with the state; unless given, true for `latest`. */
  readonly snapshot?: boolean;
  /** `latest`: only these fields of records and rows. */
  readonly fields?: readonly string[];
  /**
   * `latest`: `patch` lets the gateway send what turns the value before into the newest (JSON Patch), where that is
   * smaller. What you get is the whole value all the same; it shares what did not change with the one before, so do
   * not change it.
   */
  readonly delta?: 'none' | 'patch';
  /** Begin with this many of the last entries. */
  readonly history?: number;
  /** What happens when this client is too slow for `all`: a `gap` event (unless given), or a close. */
  readonly onOverflow?: 'gap' | 'close';
  /** Deliveries tell `timeMs`. */
  readonly timestamps?: boolean;
  /** Deliveries tell `conflated`. */
  readonly counts?: boolean;
  /** -100 to 100: when not all can be sent, topics with a higher one go first; 0 unless given. */
  readonly priority?: number;
}

/** A handler of deliveries; when it returns a promise, the delivery counts as handled once that settles. */
export type DeliveryHandler = (delivery: Delivery) => void | PromiseLike<void>;

/** What to call when something happens on a subscription. */
export type SubscriptionHandlers = {
  readonly [Name in Exclude<keyof SubscriptionEvents, 'delivery'>]?: (event: SubscriptionEvents[Name]) => void;
} & { readonly delivery?: DeliveryHandler };

/** Options of a publish. */
export interface PublishOptions {
  /** The publisher's own message id, at most 64 bytes: repeating a publish with it stores one entry. */
  readonly mid?: string;
}

/** Options of a change of a record or table. */
export interface UpdateOptions extends PublishOptions {
  /** Of a table: which row, a text that is not empty. */
  readonly key?: string;
}
