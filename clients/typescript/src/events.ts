import type { WeirError } from './errors.js';

/** What a topic holds: one newest value, named fields, rows by key, or events of which every one matters. */
export type Kind = 'value' | 'record' | 'table' | 'stream';

/** How far a client has come in a topic. Offsets of different epochs cannot be compared. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** A value as JSON has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Content of an entry: JSON, or bytes. */
export type Payload = Json | Uint8Array;

/** Fields of a record or row by name; null: removed. */
export type Fields = Readonly<Record<string, Json>>;

/** One entry, or with `delivery: 'latest'` the newest of several. */
export interface Delivery {
  readonly topic: string;
  readonly kind: Kind;
  readonly epoch: string;
  readonly offset: number;
  /**
   * The value or event, all fields of a record, all rows of a table by key (one object that the client goes on
   * changing; a row that changes is replaced); undefined where `isDeleted`. `T` of your own is a claim, not a check:
   * data is from outside.
   */
  readonly data: Payload | undefined;
  /** Of a table: keys of the rows that this delivery changed. */
  readonly changedRows?: readonly string[] | undefined;
  /** Of a table: keys of the rows that are gone. */
  readonly removedRows?: readonly string[] | undefined;
  /** Of a table: another part follows at once, and only then `data` is whole. */
  readonly hasMore?: boolean;
  /** The topic has been cleared: it has no value now. */
  readonly isDeleted: boolean;
  /** State, not news: the first delivery, or the whole after changes were skipped. */
  readonly isSnapshot: boolean;
  /** When the gateway took the entry, Unix milliseconds of the gateway's clock; with the option `timestamps`. */
  readonly timeMs: number | undefined;
  /** How many entries were merged into this one; with the option `counts`. */
  readonly conflated: number | undefined;
}

/** A topic has become part of a subscription, or begins a new epoch. */
export interface TopicEvent {
  readonly topic: string;
  readonly kind: Kind;
  readonly epoch: string;
  /** Deliveries are continuous after this offset. */
  readonly offset: number;
}

/**
 * Every topic that matched the filter has reached its head. `first`: after subscribing. After a reconnection:
 * `recovered` (nothing was lost) or `gap` (each loss has been told by a gap event).
 */
export interface ReadyEvent {
  readonly filter: string;
  readonly recovery: 'first' | 'recovered' | 'gap';
}

/** Why entries are missing. `unknown` is also a cause that this client does not know, and a hole that nobody told. */
export type GapCause = 'overflow' | 'truncated' | 'epoch' | 'future' | 'source' | 'filtered' | 'unknown';

/** No entry with `from` < offset <= `to` will come. */
export interface GapEvent {
  readonly topic: string;
  /** Undefined when the old offsets mean nothing any more: a new epoch, or a position from the future. */
  readonly from: number | undefined;
  readonly to: number;
  readonly cause: GapCause;
  /** How many entries; undefined when that cannot be known. */
  readonly lost: number | undefined;
}

/** The source of a topic is away (what you have may be old), or back. */
export interface StaleEvent {
  readonly topic: string;
  readonly isStale: boolean;
}

/** The limits in force for this session; 0: none. */
export interface EffectiveLimits {
  readonly bytesPerSecond: number;
  readonly messagesPerSecond: number;
  readonly maxDelayMs: number;
  readonly windowBytes: number;
  /** Largest message that the gateway takes. */
  readonly messageBytes: number;
  readonly subscriptions: number;
  readonly cells: number;
  readonly publishesPerSecond: number;
}

/** The limits in force have changed, or a connection begins with them. */
export interface LimitsEvent extends EffectiveLimits {
  /** The operator of the gateway has changed them; otherwise this client has asked. */
  readonly isByOperator: boolean;
}

/** Said before the gateway closes. */
export interface GoodbyeEvent {
  readonly code: number;
  readonly reason: string;
  /** When to come back at the earliest; undefined where there is no hint. */
  readonly retryMs: number | undefined;
}

/**
 * `connecting`, `open`, `waiting` to come back in `retryInMs`, `paused` by the application, or `closed` for good;
 * the last three with what ended the connection before.
 */
export type State =
  | { readonly name: 'connecting' }
  | { readonly name: 'open'; readonly session: string; readonly server: string }
  | { readonly name: 'waiting'; readonly retryInMs: number; readonly code: number; readonly reason: string }
  | { readonly name: 'paused' }
  | { readonly name: 'closed'; readonly code: number; readonly reason: string };

/** What happens on a subscription. */
export interface SubscriptionEvents {
  delivery: Delivery;
  topic: TopicEvent;
  ready: ReadyEvent;
  gap: GapEvent;
  stale: StaleEvent;
  /** The gateway has refused the subscription; with `retry` it is asked for again after a while. */
  error: WeirError;
}

/** What happens on a client. */
export interface ClientEvents {
  state: State;
  limits: LimitsEvent;
  /** The gateway's clock, Unix milliseconds. */
  heartbeat: { readonly timeMs: number };
  goodbye: GoodbyeEvent;
  /** Something went wrong that belongs to no request. */
  error: WeirError;
}
