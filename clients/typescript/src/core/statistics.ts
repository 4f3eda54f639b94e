/** What a client has received since it was made. Counters only grow. */
export interface Statistics {
  /** WebSocket messages of any kind. */
  messages: number;
  /** Messages that carried an entry. */
  deliveries: number;
  /** WebSocket bytes, frame headers included, as they are without compression. */
  bytes: number;
  /** Deliveries that had been handed over before. */
  duplicates: number;
  gaps: number;
  /** Entries merged into others, as far as deliveries tell (option `counts`). */
  conflated: number;
  /** Connections that were opened. */
  connections: number;
}

export function noStatistics(): Statistics {
  return { messages: 0, deliveries: 0, bytes: 0, duplicates: 0, gaps: 0, conflated: 0, connections: 0 };
}
