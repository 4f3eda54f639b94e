import type { SubscriptionId, Ticket } from './actions.js';

/** A request that waits for its reply. */
export type Pending =
  | { readonly kind: 'connect'; readonly sentAt: number }
  | { readonly kind: 'subscribe'; readonly subscription: SubscriptionId }
  | { readonly kind: 'positions' }
  | { readonly kind: 'unsubscribe'; readonly ticket: Ticket }
  | { readonly kind: 'publish'; readonly ticket: Ticket }
  | { readonly kind: 'session limit'; readonly ticket: Ticket | undefined }
  | { readonly kind: 'rate limit'; readonly ticket: Ticket; readonly subscription: SubscriptionId }
  | {
      readonly kind: 'ping';
      readonly ticket: Ticket | undefined;
      readonly sentAt: number;
      /** It measures how long data waits, for the window. */
      readonly isMeasurement: boolean;
    };

/** The requests of one connection that have no reply yet. */
export class Requests {
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  add(pending: Pending, id = this.nextId()): number {
    this.pending.set(id, pending);
    return id;
  }

  nextId(): number {
    return ++this.lastId;
  }

  take(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    return pending;
  }

  /** Takes all that are left: the connection has ended. */
  takeAll(): Pending[] {
    const all = [...this.pending.values()];
    this.pending.clear();
    return all;
  }
}
