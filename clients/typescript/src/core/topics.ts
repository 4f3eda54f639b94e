import type { Delivery, GapEvent, Kind, Payload, Position, TopicEvent } from '../events.js';
import { matches } from '../wire/filter.js';
import type { DeliveryMessage, Patch, Positions, ServerMessage } from '../wire/messages.js';
import { FoldedState } from './folded_state.js';
import { applyPatch } from './json_patch.js';

type TopicMessage = ServerMessage & { type: 'topic' };
type GapMessage = ServerMessage & { type: 'gap' };

/** How far this client has come in one topic. Outlives connections, so that they can be resumed. */
export interface TopicState {
  readonly topic: string;
  readonly kind: Kind;
  readonly epoch: string;
  /** Everything up to here was handed over, told as a gap, or is older than the subscription. */
  position: number;
  /** The last entry that was handed over; 0: none. Everything up to here is a duplicate. */
  delivered: number;
  /** The newest delivery, for subscriptions that join later. */
  newest: Delivery | undefined;
  /** Of a record or table. */
  folded?: FoldedState;
}

/** What a delivery means after duplicates and holes have been dealt with. */
export interface Arrival {
  readonly delivery: Delivery | undefined;
  /** A hole that the gateway did not tell. */
  readonly gap: GapEvent | undefined;
  /** A change of a state or value that this client has not: the connection is of no use. */
  readonly isUnfit?: boolean;
}

/** A record or table: state, or a change of it. */
function deliverParts(state: TopicState, kind: 'record' | 'table', message: DeliveryMessage): Arrival {
  state.folded ??= new FoldedState(kind);
  const folded = state.folded.apply(message);
  if (folded === undefined) return { delivery: undefined, gap: undefined, isUnfit: true };
  const { topic, epoch } = state;
  const { offset, hasMore, isDeleted, isSnapshot, timeMs, conflated } = message;
  const { data, changedRows, removedRows } = folded;
  const place = { topic, kind, epoch, offset };
  const content = { data: isDeleted ? undefined : data, changedRows, removedRows, hasMore };
  const delivery: Delivery = { ...place, ...content, isDeleted, isSnapshot, timeMs, conflated };
  // Behind a part the client has rows of several moments: only the last one is a position.
  if (!hasMore) state.position = state.delivered = offset;
  state.newest = delivery;
  return { delivery, gap: undefined };
}

/** The value that a delivery brings; undefined where its patch does not fit the one that this client has. */
function patched({ newest }: TopicState, { base, operations }: Patch): Payload | undefined {
  if (newest?.offset !== base || newest.data === undefined || newest.data instanceof Uint8Array) return undefined;
  return applyPatch(newest.data, operations);
}

/** The topics that a client follows, by name and by the number that stands for them on the present connection. */
export class TopicTable {
  private readonly byName = new Map<string, TopicState>();
  private readonly byNumber = new Map<number, TopicEvent>();

  /** Numbers mean nothing on another connection. */
  forgetNumbers(): void {
    this.byNumber.clear();
  }

  /** Forgets the positions of topics that nobody follows any more. */
  retain(isFollowed: (topic: string) => boolean): void {
    for (const topic of this.byName.keys()) {
      if (!isFollowed(topic)) this.byName.delete(topic);
    }
  }

  introduce({ number, topic, kind, epoch, offset }: TopicMessage): TopicEvent {
    const event: TopicEvent = { topic, kind, epoch, offset };
    this.byNumber.set(number, event);
    if (this.byName.get(topic)?.epoch !== epoch) {
      this.byName.set(topic, { topic, kind, epoch, position: offset, delivered: 0, newest: undefined });
    }
    return event;
  }

  /** The topic that `number` stands for; undefined when the gateway has not introduced it. */
  nameOf(number: number): string | undefined {
    return this.byNumber.get(number)?.topic;
  }

  kindOf(topic: string): Kind | undefined {
    return this.byName.get(topic)?.kind;
  }

  matching(filter: string): TopicState[] {
    return [...this.byName.values()].filter((state) => matches(filter, state.topic));
  }

  /** Where to resume a filter; those of streams alone where the filter left the kind of delivery open. */
  positions(filter: string, which: 'all' | 'streams'): Positions {
    const positions: Positions = {};
    for (const { topic, kind, epoch, position } of this.matching(filter)) {
      if (which === 'all' || kind === 'stream') positions[topic] = { epoch, offset: position } satisfies Position;
    }
    return positions;
  }

  /**
   * Takes one delivery of a topic that was introduced.
   * @param isEveryEntryDue whether the topic is delivered in full, so that a hole is a loss
   */
  deliver(message: DeliveryMessage, isEveryEntryDue: boolean): Arrival {
    const state = this.stateOf(message);
    if (state.kind === 'record' || state.kind === 'table') return deliverParts(state, state.kind, message);
    if (message.offset <= state.delivered) return { delivery: undefined, gap: undefined };
    const data = message.patch === undefined ? message.data : patched(state, message.patch);
    if (data === undefined && message.patch !== undefined) {
      state.newest = undefined; // it comes whole on the next connection
      return { delivery: undefined, gap: undefined, isUnfit: true };
    }
    const isHole = isEveryEntryDue && !message.isSnapshot && message.prev > state.position;
    const gap: GapEvent | undefined = isHole
      ? { topic: state.topic, from: state.position, to: message.prev, cause: 'unknown', lost: undefined }
      : undefined;
    const { topic, kind, epoch } = state;
    const { offset, isDeleted, isSnapshot, timeMs, conflated } = message;
    const delivery: Delivery = { topic, kind, epoch, offset, data, isDeleted, isSnapshot, timeMs, conflated };
    state.delivered = offset;
    state.position = Math.max(state.position, offset);
    state.newest = delivery;
    return { delivery, gap };
  }

  /** Takes a gap that the gateway tells; undefined for a topic that was not introduced. */
  onGap({ number, from, to, cause, lost }: GapMessage): GapEvent | undefined {
    const topic = this.nameOf(number);
    if (topic === undefined) return undefined;
    const state = this.byName.get(topic);
    if (state !== undefined) {
      state.position = from === undefined ? to : Math.max(state.position, to);
      if (from === undefined) state.delivered = Math.min(state.delivered, to); // what follows are other entries
    }
    return { topic, from, to, cause, lost };
  }

  /** A topic that was introduced, left and joined again may come without a new introduction. */
  private stateOf(message: DeliveryMessage): TopicState {
    const introduced = this.byNumber.get(message.number)!;
    const known = this.byName.get(introduced.topic);
    if (known !== undefined && known.epoch === introduced.epoch) return known;
    const { topic, kind, epoch } = introduced;
    const state: TopicState = { topic, kind, epoch, position: message.prev, delivered: 0, newest: undefined };
    this.byName.set(topic, state);
    return state;
  }
}
