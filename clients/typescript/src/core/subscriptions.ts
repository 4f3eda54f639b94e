import type { Kind } from '../events.js';
import type { SubscribeOptions } from '../options.js';
import { matches } from '../wire/filter.js';
import type { Positions, Request } from '../wire/messages.js';
import type { SubscriptionId, Ticket } from './actions.js';
import { Backoff } from './backoff.js';
import type { TopicTable } from './topics.js';

/** One subscription of the application, through all its connections. */
export interface SubscriptionState {
  readonly id: SubscriptionId;
  readonly filter: string;
  options: SubscribeOptions;
  /** It was asked for on the present connection and not refused. */
  isAsked: boolean;
  /** The gateway has accepted it on the present connection. */
  isActive: boolean;
  /** The gateway has accepted it on some connection: from then on it gets the events of its topics. */
  hasBegun: boolean;
  /** It was ready once, so the next connection resumes it. */
  isEstablished: boolean;
  /** A gap was told since the present connection began. */
  hasGap: boolean;
  /** When to ask again after a refusal; undefined: no need. */
  retryAt: number | undefined;
  readonly backoff: Backoff;
  /** Promises for a new `maxRate`. */
  waitingForRate: Ticket[];
}

/** Subscriptions by filter: the gateway knows one of each. */
export class SubscriptionTable {
  private readonly byFilter = new Map<string, SubscriptionState>();
  private matchCache = new Map<string, readonly SubscriptionState[]>();

  constructor(private readonly random: () => number) {}

  add(id: SubscriptionId, filter: string, options: SubscribeOptions): SubscriptionState {
    const state: SubscriptionState = {
      id,
      filter,
      options,
      isAsked: false,
      isActive: false,
      hasBegun: false,
      isEstablished: false,
      hasGap: false,
      retryAt: undefined,
      backoff: new Backoff(this.random),
      waitingForRate: [],
    };
    this.byFilter.set(filter, state);
    this.matchCache = new Map();
    return state;
  }

  remove(filter: string): SubscriptionState | undefined {
    const state = this.byFilter.get(filter);
    this.byFilter.delete(filter);
    this.matchCache = new Map();
    return state;
  }

  find(filter: string): SubscriptionState | undefined {
    return this.byFilter.get(filter);
  }

  /** Undefined after the subscription has ended, even where another has its filter now. */
  findById(id: SubscriptionId): SubscriptionState | undefined {
    return this.all().find((state) => state.id === id);
  }

  all(): SubscriptionState[] {
    return [...this.byFilter.values()];
  }

  /** Those whose filter matches the topic. */
  following(topic: string): readonly SubscriptionState[] {
    let found = this.matchCache.get(topic);
    if (found === undefined) {
      found = this.all().filter((state) => matches(state.filter, topic));
      if (found.length > 0) this.matchCache.set(topic, found);
    }
    return found;
  }

  /** Those that are told what happens in the topic; one that is not accepted yet joins when it is. */
  audience(topic: string): SubscriptionState[] {
    return this.following(topic).filter(({ hasBegun }) => hasBegun);
  }

  /** Whether every entry of a topic is due: one of the accepted subscriptions asks for that. */
  isEveryEntryDue(topic: string, kind: Kind | undefined): boolean {
    return this.following(topic).some(
      ({ isActive, options }) =>
        isActive && (options.delivery === 'all' || (options.delivery === undefined && kind === 'stream')),
    );
  }

  onDisconnect(): void {
    for (const state of this.all()) {
      state.isAsked = false;
      state.isActive = false;
      state.hasGap = false;
      state.retryAt = undefined;
    }
  }
}

/**
 * The positions to resume from: of everything for `all`, of streams where the kind of delivery was left open, none
 * for `latest`, which gets the state. Undefined for a subscription that begins.
 */
function resumePositions(state: SubscriptionState, topics: TopicTable): Positions | undefined {
  if (state.options.delivery === 'latest') return undefined;
  const positions = topics.positions(state.filter, state.options.delivery === 'all' ? 'all' : 'streams');
  // Ready once, with no topic then: those born since are wanted from their beginning, so an empty `from` it is.
  return state.isEstablished || Object.keys(positions).length > 0 ? positions : undefined;
}

/** The request that begins or resumes a subscription. */
export function subscribeRequest(
  state: SubscriptionState,
  topics: TopicTable,
  id: number,
): Request & { op: 'subscribe' } {
  const { delivery, maxRate, snapshot, fields, delta, history, onOverflow, timestamps, counts, priority } = state.options;
  const from = resumePositions(state, topics);
  // What changed in between is wanted even by those who did not want to begin with the state.
  const wantsState = from === undefined && state.isEstablished ? true : snapshot;
  return {
    op: 'subscribe',
    id,
    filter: state.filter,
    ...(delivery !== undefined && { delivery }),
    ...(maxRate !== undefined && { max_rate: maxRate }),
    ...(wantsState !== undefined && { snapshot: wantsState }),
    ...(fields !== undefined && { fields }),
    ...(delta !== undefined && { delta }),
    ...(history !== undefined && from === undefined && { history }),
    ...(onOverflow !== undefined && { on_overflow: onOverflow }),
    ...(timestamps !== undefined && { ts: timestamps }),
    ...(counts !== undefined && { counts }),
    ...(priority !== undefined && { priority }),
    ...(from !== undefined && { from }),
  };
}
