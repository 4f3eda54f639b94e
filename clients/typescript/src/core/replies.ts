import { WeirError } from '../errors.js';
import type { EffectiveLimits } from '../events.js';
import type { Accepted } from '../wire/messages.js';
import type { Action, SubscriptionId, Ticket } from './actions.js';
import type { Feed } from './feed.js';
import type { Pending } from './requests.js';
import type { ServerClock } from './server_clock.js';
import type { SubscriptionState, SubscriptionTable } from './subscriptions.js';

/** What the answer to a ping tells. */
export interface Pong {
  readonly roundTripMs: number;
  /** The gateway's clock when it answered, Unix milliseconds. */
  readonly timeMs: number;
}

/** What replies change. */
export interface ReplyContext {
  readonly act: (action: Action) => void;
  readonly subscriptions: SubscriptionTable;
  readonly feed: Feed;
  readonly clock: ServerClock;
  /** Promises for new session limits. */
  waitingForLimits: Ticket[];
  /** Takes the limits that are in force now. */
  readonly onLimits: (limits: EffectiveLimits) => void;
}

/** Performs what a reply that says yes means; the one to `connect` is the machine's own. */
export function onAccepted(
  context: ReplyContext,
  pending: Exclude<Pending, { kind: 'connect' }>,
  body: Accepted,
  at: { now: number; connection: number },
): void {
  const { act } = context;
  switch (pending.kind) {
    case 'subscribe':
      return onSubscribed(context, pending.subscription, body, at.connection);
    case 'positions':
      return;
    case 'unsubscribe':
      return act({ type: 'resolve', ticket: pending.ticket, value: undefined });
    case 'publish':
      return act({ type: 'resolve', ticket: pending.ticket, value: body.position });
    case 'session limit':
      if (body.limits !== undefined) context.onLimits(body.limits);
      if (pending.ticket !== undefined) act({ type: 'resolve', ticket: pending.ticket, value: body.limits });
      return;
    case 'rate limit':
      return act({ type: 'resolve', ticket: pending.ticket, value: body.maxRate ?? 0 });
    case 'ping': {
      const timeMs = body.timeMs;
      if (timeMs === undefined) return;
      const { roundTripMs } = context.clock.onPong(pending.sentAt, at.now, timeMs);
      const value: Pong = { roundTripMs, timeMs };
      if (pending.ticket !== undefined) act({ type: 'resolve', ticket: pending.ticket, value });
    }
  }
}

function onSubscribed(context: ReplyContext, id: SubscriptionId, body: Accepted, connection: number): void {
  const state = context.subscriptions.findById(id);
  if (state === undefined) return; // ended meanwhile
  const isFirst = !state.hasBegun;
  state.isActive = true;
  state.hasBegun = true;
  state.backoff.reset();
  for (const ticket of state.waitingForRate.splice(0)) {
    context.act({ type: 'resolve', ticket, value: body.maxRate ?? 0 });
  }
  if (isFirst) context.feed.join(state, connection);
}

/** Performs what a reply that says no means; the one to `connect` is the machine's own. */
export function onRefused(
  context: ReplyContext,
  pending: Exclude<Pending, { kind: 'connect' }>,
  error: WeirError,
  now: number,
): void {
  switch (pending.kind) {
    case 'subscribe': {
      const state = context.subscriptions.findById(pending.subscription);
      if (state !== undefined) onSubscribeRefused(context, state, error, now);
      return;
    }
    case 'positions':
      return context.act({ type: 'client event', event: { name: 'error', event: error } });
    case 'unsubscribe':
    case 'publish':
    case 'session limit':
    case 'rate limit':
    case 'ping':
      if (pending.ticket !== undefined) context.act({ type: 'reject', ticket: pending.ticket, error });
  }
}

function onSubscribeRefused(context: ReplyContext, state: SubscriptionState, error: WeirError, now: number): void {
  state.isAsked = false;
  if (error.retry) state.retryAt = now + state.backoff.nextMs();
  else state.waitingForRate.splice(0).forEach((ticket) => context.act({ type: 'reject', ticket, error }));
  context.act({ type: 'subscription event', to: [state.id], event: { name: 'error', event: error } });
}

/** Settles or keeps what waited for replies when the connection has ended. */
export function onLost(context: ReplyContext, left: readonly Pending[]): void {
  for (const pending of left) {
    switch (pending.kind) {
      case 'publish':
        context.act({
          type: 'reject',
          ticket: pending.ticket,
          error: new WeirError('unknown', 'The connection was lost before the reply: it may have been accepted.', true),
        });
        break;
      case 'unsubscribe': // the next connection does not ask for it, so it is done
        context.act({ type: 'resolve', ticket: pending.ticket, value: undefined });
        break;
      case 'session limit': // the next connection asks for it again
        if (pending.ticket !== undefined) context.waitingForLimits.push(pending.ticket);
        break;
      case 'rate limit':
        keepRateLimit(context, pending.subscription, pending.ticket);
        break;
      case 'ping':
        if (pending.ticket !== undefined) {
          context.act({ type: 'reject', ticket: pending.ticket, error: disconnected() });
        }
        break;
      case 'connect':
      case 'subscribe':
      case 'positions':
        break;
    }
  }
}

function keepRateLimit(context: ReplyContext, id: SubscriptionId, ticket: Ticket): void {
  const state = context.subscriptions.findById(id);
  if (state !== undefined) state.waitingForRate.push(ticket);
  else context.act({ type: 'reject', ticket, error: ended() });
}

export function disconnected(): WeirError {
  return new WeirError('disconnected', 'There is no connection now.', true);
}

export function ended(): WeirError {
  return new WeirError('unsubscribed', 'The subscription has ended.', false);
}
