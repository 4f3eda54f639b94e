import type { ClientEvents, Delivery, SubscriptionEvents } from '../events.js';
import type { WeirError } from '../errors.js';
import type { Data } from '../wire/codec.js';

/** Names a promise of the application that waits for an outcome. */
export type Ticket = number;

/** Names a subscription of the application. */
export type SubscriptionId = number;

/** An event and its name, for each event of `Events`. */
type Named<Events> = { [Name in keyof Events]: { readonly name: Name; readonly event: Events[Name] } }[keyof Events];

export type ClientEvent = Named<ClientEvents>;
export type SubscriptionEvent = Named<Omit<SubscriptionEvents, 'delivery'>>;

/** What the shell has to do for the state machine, in order. */
export type Action =
  /** Make a WebSocket and forget any other. */
  | { readonly type: 'open' }
  | { readonly type: 'send'; readonly data: Data }
  /** Close the WebSocket and forget it: nothing that it still says counts. */
  | { readonly type: 'close'; readonly code: number; readonly reason: string }
  | { readonly type: 'resolve'; readonly ticket: Ticket; readonly value: unknown }
  | { readonly type: 'reject'; readonly ticket: Ticket; readonly error: WeirError }
  | { readonly type: 'client event'; readonly event: ClientEvent }
  | { readonly type: 'subscription event'; readonly to: readonly SubscriptionId[]; readonly event: SubscriptionEvent }
  /** Hand over, and tell the machine with `receipt` when that is done. */
  | {
      readonly type: 'deliver';
      readonly to: readonly SubscriptionId[];
      readonly delivery: Delivery;
      readonly receipt: Receipt;
    };

/** What is to be acknowledged once a delivery is handled. */
export interface Receipt {
  readonly connection: number;
  readonly bytes: number;
}
