import type { Client } from './client.js';
import type { SubscriptionId } from './core/actions.js';
import type { SubscriptionHandlers } from './options.js';

/** A subscription that lives until `unsubscribe`, across reconnections. Made by `Client.subscribe`. */
export class Subscription {
  /** @internal */
  constructor(
    private readonly client: Client,
    /** @internal */
    readonly id: SubscriptionId,
    readonly filter: string,
    /** @internal */
    readonly handlers: SubscriptionHandlers,
  ) {}

  /** Ends it: no handler is called from now on. Resolves when the gateway sends nothing more for it. */
  unsubscribe(): Promise<void> {
    return this.client.unsubscribe(this);
  }

  /**
   * Asks for another rate: deliveries per second and topic; 0: no limit. Later connections ask for it too.
   * Resolves with the rate in force once the gateway has said so.
   */
  limit(change: { readonly maxRate: number }): Promise<number> {
    return this.client.limitRate(this, change.maxRate);
  }
}
