import type { EffectiveLimits, Fields, GapCause, Kind, Payload, Position } from '../events.js';
import type { WeirError } from '../errors.js';

/** Positions by topic. */
export type Positions = Record<string, Position>;

/** What a publish does to its topic. */
export type Content =
  | { data: unknown }
  | { fields: Fields; key?: string }
  | { delete: true; key?: string };

/** What this client sends, as on the wire (SPEC.md, "Requests"). */
export type Request =
  | {
      op: 'connect';
      id: number;
      token?: string;
      heartbeat_ms: number;
      bytes_per_s?: number;
      messages_per_s?: number;
      max_delay_ms?: number;
      window_bytes?: number;
    }
  | {
      op: 'subscribe';
      id: number;
      filter: string;
      delivery?: 'latest' | 'all';
      max_rate?: number;
      snapshot?: boolean;
      fields?: readonly string[];
      delta?: 'none' | 'patch';
      history?: number;
      on_overflow?: 'gap' | 'close';
      ts?: boolean;
      counts?: boolean;
      priority?: number;
      from?: Positions;
    }
  | { op: 'positions'; id: number; from: Positions }
  | { op: 'unsubscribe'; id: number; filter: string }
  | ({ op: 'publish'; id: number; topic: string; mid?: string } & Content)
  | {
      op: 'limit';
      id: number;
      bytes_per_s?: number;
      messages_per_s?: number;
      max_delay_ms?: number;
      window_bytes?: number;
    }
  | { op: 'limit'; id: number; filter: string; max_rate: number }
  | { op: 'ping'; id: number };

/** A request, or the acknowledgement of handled bytes, which has no id and no reply. */
export type ClientMessage = Request | { op: 'ack'; bytes: number };

/** A reply that says yes; only the members that belong to its request are there. */
export interface Accepted {
  readonly session?: string;
  readonly server?: string;
  readonly heartbeatMs?: number;
  readonly limits?: EffectiveLimits;
  readonly maxRate?: number;
  readonly position?: Position;
  readonly timeMs?: number;
}

/** What changed in a record or table since `base`. */
export interface Changes {
  readonly base: number;
  /** Of a record. */
  readonly fields: Fields | undefined;
  /** Of a table, by key. */
  readonly rows: Readonly<Record<string, Fields>> | undefined;
  /** Of a table: keys of rows that are gone, removed before `rows` is applied. */
  readonly removedRows: readonly string[] | undefined;
}

/** What turns the value of entry `base` into a newer one; the operations are not checked yet. */
export interface Patch {
  readonly base: number;
  readonly operations: readonly unknown[];
}

/** One entry of a topic, named by number. */
export interface DeliveryMessage {
  readonly type: 'delivery';
  readonly number: number;
  readonly offset: number;
  /** Offset of the entry before. */
  readonly prev: number;
  readonly data: Payload | undefined;
  /** Instead of data: what changed of a value. */
  readonly patch: Patch | undefined;
  /** Instead of data: what changed of a record or table. */
  readonly changes: Changes | undefined;
  /** Another part follows; only behind the last one the state is whole. */
  readonly hasMore: boolean;
  readonly isDeleted: boolean;
  readonly isSnapshot: boolean;
  readonly timeMs: number | undefined;
  readonly conflated: number | undefined;
}

/** What a gateway sends, decoded and checked. */
export type ServerMessage =
  | DeliveryMessage
  | { readonly type: 'accepted'; readonly re: number; readonly body: Accepted }
  | { readonly type: 'refused'; readonly re: number; readonly error: WeirError }
  | { readonly type: 'error'; readonly error: WeirError }
  | {
      readonly type: 'topic';
      readonly number: number;
      readonly topic: string;
      readonly kind: Kind;
      readonly epoch: string;
      readonly offset: number;
    }
  | { readonly type: 'ready'; readonly filter: string }
  | {
      readonly type: 'gap';
      readonly number: number;
      readonly from: number | undefined;
      readonly to: number;
      readonly cause: GapCause;
      readonly lost: number | undefined;
    }
  | { readonly type: 'stale'; readonly number: number; readonly isStale: boolean }
  | { readonly type: 'limits'; readonly limits: EffectiveLimits }
  | { readonly type: 'heartbeat'; readonly timeMs: number }
  | { readonly type: 'goodbye'; readonly code: number; readonly reason: string; readonly retryMs: number | undefined }
  /** Of a later version: to be ignored. */
  | { readonly type: 'ignored' };
