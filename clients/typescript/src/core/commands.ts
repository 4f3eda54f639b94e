import { WeirError } from '../errors.js';
import type { SessionLimits, SubscribeOptions } from '../options.js';
import { dataBytes, type Codec } from '../wire/codec.js';
import { encodeLimits } from '../wire/encode.js';
import type { Content, Request } from '../wire/messages.js';
import type { SubscriptionId, Ticket } from './actions.js';
import type { Connection } from './connection.js';
import { disconnected, ended, type ReplyContext } from './replies.js';
import type { SubscriptionState } from './subscriptions.js';

/** What the application's requests need of the machine. */
export interface CommandContext extends ReplyContext {
  readonly codec: Codec;
  /** The limits that every connection asks for. */
  wishes: SessionLimits;
  /** The connection that requests can be sent on; undefined while there is none. */
  usableConnection(): Connection | undefined;
  /** The application has said how large the window is; until then it is sized by what is handled. */
  keepWindow(): void;
  /** The largest message that the gateway takes. */
  messageBytes(): number;
  /** Sends the request that begins or resumes a subscription, if that is possible now. */
  ask(now: number, state: SubscriptionState): void;
}

/** What the application publishes. */
export interface Publication {
  readonly topic: string;
  readonly content: Content;
  readonly mid: string | undefined;
}

/** What the application asks for; outcomes go to its tickets. */
export class Commands {
  constructor(private readonly context: CommandContext) {}

  /** Begins a subscription; its filter must be free. */
  subscribe(now: number, id: SubscriptionId, filter: string, options: SubscribeOptions): void {
    this.context.ask(now, this.context.subscriptions.add(id, filter, options));
  }

  unsubscribe(now: number, id: SubscriptionId, ticket: Ticket): void {
    const state = this.context.subscriptions.findById(id);
    if (state === undefined) return this.context.act({ type: 'resolve', ticket, value: undefined });
    this.context.subscriptions.remove(state.filter);
    this.context.feed.topics.retain((topic) => this.context.subscriptions.following(topic).length > 0);
    for (const waiting of state.waitingForRate) this.context.act({ type: 'reject', ticket: waiting, error: ended() });
    const connection = this.context.usableConnection();
    if (connection === undefined || !state.isAsked) return this.context.act({ type: 'resolve', ticket, value: undefined });
    const requestId = connection.requests.add({ kind: 'unsubscribe', ticket });
    connection.send(now, { op: 'unsubscribe', id: requestId, filter: state.filter });
  }

  publish(now: number, publication: Publication, ticket: Ticket): void {
    const connection = this.context.usableConnection();
    if (connection === undefined) return this.context.act({ type: 'reject', ticket, error: disconnected() });
    const id = connection.requests.nextId();
    const { topic, content, mid } = publication;
    const request: Request = { op: 'publish', id, topic, ...content, ...(mid !== undefined && { mid }) };
    if (dataBytes(this.context.codec.encode(request)) > this.context.messageBytes()) {
      const error = new WeirError('too_big', `The gateway takes messages of ${this.context.messageBytes()} bytes.`, false);
      return this.context.act({ type: 'reject', ticket, error });
    }
    connection.requests.add({ kind: 'publish', ticket }, id);
    connection.send(now, request);
  }

  /** Asks for session limits, now and on every later connection; what is not named stays. */
  limitSession(now: number, limits: SessionLimits, ticket: Ticket): void {
    if (limits.windowBytes !== undefined) this.context.keepWindow();
    this.context.wishes = { ...this.context.wishes, ...limits };
    const connection = this.context.usableConnection();
    if (connection === undefined) return void this.context.waitingForLimits.push(ticket);
    const id = connection.requests.add({ kind: 'session limit', ticket });
    connection.send(now, { op: 'limit', id, ...encodeLimits(limits) });
  }

  /** Asks for another rate of a subscription, now and on every later connection. */
  limitRate(now: number, subscription: SubscriptionId, maxRate: number, ticket: Ticket): void {
    const state = this.context.subscriptions.findById(subscription);
    if (state === undefined) return this.context.act({ type: 'reject', ticket, error: ended() });
    state.options = { ...state.options, maxRate };
    const connection = this.context.usableConnection();
    if (connection === undefined || !state.isAsked) return void state.waitingForRate.push(ticket);
    const id = connection.requests.add({ kind: 'rate limit', ticket, subscription });
    connection.send(now, { op: 'limit', id, filter: state.filter, max_rate: maxRate });
  }

  ping(now: number, ticket: Ticket): void {
    const connection = this.context.usableConnection();
    if (connection === undefined) return this.context.act({ type: 'reject', ticket, error: disconnected() });
    connection.ping(now, { ticket });
  }
}
