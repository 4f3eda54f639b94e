import type { Delivery, GapEvent } from '../events.js';
import type { ServerMessage } from '../wire/messages.js';
import type { Action, Receipt, SubscriptionEvent } from './actions.js';
import type { SubscriptionState, SubscriptionTable } from './subscriptions.js';
import { TopicTable } from './topics.js';

type Message<Type extends ServerMessage['type']> = ServerMessage & { type: Type };

/** Turns what the gateway says about topics into events of the subscriptions that follow them. */
export class Feed {
  readonly topics = new TopicTable();

  constructor(
    private readonly subscriptions: SubscriptionTable,
    private readonly act: (action: Action) => void,
  ) {}

  onTopic(message: Message<'topic'>): void {
    this.tell(message.topic, { name: 'topic', event: this.topics.introduce(message) });
  }

  onReady({ filter }: Message<'ready'>): void {
    const state = this.subscriptions.find(filter);
    if (state === undefined || !state.isActive) return; // of a subscription that has ended
    const afterResume = state.hasGap ? 'gap' : 'recovered';
    const recovery = state.isEstablished ? afterResume : 'first';
    state.isEstablished = true;
    this.tellOne(state, { name: 'ready', event: { filter, recovery } });
  }

  /** Returns false for a topic that was not introduced. */
  onGap(message: Message<'gap'>): boolean {
    const gap = this.topics.onGap(message);
    if (gap !== undefined) this.tellGap(gap);
    return gap !== undefined;
  }

  /** Returns false for a topic that was not introduced. */
  onStale({ number, isStale }: Message<'stale'>): boolean {
    const topic = this.topics.nameOf(number);
    if (topic !== undefined) this.tell(topic, { name: 'stale', event: { topic, isStale } });
    return topic !== undefined;
  }

  /** Returns whether the delivery was handed over, so that its receipt comes back; `unknown`: no such topic or state. */
  onDelivery(message: Message<'delivery'>, receipt: Receipt): 'handed over' | 'dropped' | 'unknown' {
    const topic = this.topics.nameOf(message.number);
    if (topic === undefined) return 'unknown';
    const audience = this.subscriptions.audience(topic);
    if (audience.length === 0) return 'dropped'; // under way when the last subscription ended
    const isEveryEntryDue = this.subscriptions.isEveryEntryDue(topic, this.topics.kindOf(topic));
    const { gap, delivery, isUnfit } = this.topics.deliver(message, isEveryEntryDue);
    if (isUnfit === true) return 'unknown';
    if (gap !== undefined) this.tellGap(gap);
    if (delivery === undefined) return 'dropped';
    this.act({ type: 'deliver', to: audience.map(({ id }) => id), delivery, receipt });
    return 'handed over';
  }

  /** A subscription that joins topics which the client holds already: the gateway does not introduce them again. */
  join(state: SubscriptionState, connection: number): void {
    const wantsState = (state.options.snapshot ?? true) && state.options.delivery !== 'all';
    for (const { topic, kind, epoch, position, newest } of this.topics.matching(state.filter)) {
      this.tellOne(state, { name: 'topic', event: { topic, kind, epoch, offset: position } });
      if (!wantsState || newest === undefined || newest.isDeleted) continue;
      const delivery: Delivery = { ...newest, isSnapshot: true };
      this.act({ type: 'deliver', to: [state.id], delivery, receipt: { connection, bytes: 0 } });
    }
  }

  private tellGap(gap: GapEvent): void {
    for (const state of this.subscriptions.audience(gap.topic)) state.hasGap = true;
    this.tell(gap.topic, { name: 'gap', event: gap });
  }

  private tell(topic: string, event: SubscriptionEvent): void {
    const to = this.subscriptions.audience(topic).map(({ id }) => id);
    if (to.length > 0) this.act({ type: 'subscription event', to, event });
  }

  private tellOne(state: SubscriptionState, event: SubscriptionEvent): void {
    this.act({ type: 'subscription event', to: [state.id], event });
  }
}
