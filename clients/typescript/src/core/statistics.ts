/** What has been received since the client was made. */
export interface Counters {
  /** WebSocket messages of any kind. */
  messages: number;
  /** Messages that carried an entry. */
  deliveries: number;
  /** WebSocket bytes, frame headers included, as they are without compression. */
  bytes: number;
  /** Deliveries that had been handed over before. */
  duplicates: number;
  gaps: number;
  /** Entries inside these gaps, as far as that is known. */
  lost: number;
  /** Entries merged into others, as far as deliveries tell (option `counts`). */
  conflated: number;
  /** Connections that were opened. */
  connections: number;
}

/** What a client has received since it was made, in counters that only grow, and how it stands with its gateway. */
export interface Statistics extends Readonly<Counters> {
  /** From a ping to its answer, the newest; what waits in front of the answer is in it. Undefined while not connected. */
  readonly roundTripMs: number | undefined;
  /** The gateway's clock minus the one of this computer; undefined while not connected. */
  readonly clockOffsetMs: number | undefined;
}

export function noCounters(): Counters {
  return { messages: 0, deliveries: 0, bytes: 0, duplicates: 0, gaps: 0, lost: 0, conflated: 0, connections: 0 };
}
