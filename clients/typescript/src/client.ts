import type { Action, SubscriptionEvent, SubscriptionId, Ticket } from './core/actions.js';
import { Machine } from './core/machine.js';
import type { Pong } from './core/replies.js';
import type { Statistics } from './core/statistics.js';
import { Emitter, guarded, rethrowLater } from './emitter.js';
import { WeirError } from './errors.js';
import type { ClientEvents, Delivery, EffectiveLimits, Fields, Payload, Position, State } from './events.js';
import type {
  ConnectOptions,
  DeliveryHandler,
  PublishOptions,
  Runtime,
  SessionLimits,
  SubscribeOptions,
  SubscriptionHandlers,
  UpdateOptions,
} from './options.js';
import { Socket, type SocketListener } from './socket.js';
import { Subscription } from './subscription.js';
import { cborCodec, jsonCodec } from './wire/codec.js';
import type { Content } from './wire/messages.js';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: WeirError): void;
}

/**
 * A connection to a gateway that comes back by itself. Made by `connect`. All calls and events are on one thread,
 * and events are given in order.
 */
export class Client {
  private readonly machine: Machine;
  private readonly emitter = new Emitter<ClientEvents>();
  private readonly subscriptions = new Map<SubscriptionId, Subscription>();
  private readonly waiting = new Map<Ticket, Waiting>();
  private attempt = 0;
  private lastTicket = 0;
  private lastSubscription: SubscriptionId = 0;
  private socket: Socket | undefined;
  private timer: { readonly handle: unknown; readonly at: number } | undefined;
  private readonly actions: Action[] = [];
  private isPerforming = false;
  private isClosed = false;

  /** @internal */
  constructor(
    /** The address of the gateway. */
    readonly url: string,
    private readonly runtime: Runtime,
    private readonly token: ConnectOptions['token'],
    { cbor, ...options }: ConnectOptions,
  ) {
    const codec = cbor === undefined ? jsonCodec : cborCodec(cbor);
    this.machine = new Machine(
      { heartbeatMs: 15_000, openTimeoutMs: 10_000, ...options, codec },
      () => runtime.random(),
    );
    this.run((now) => this.machine.connect(now));
  }

  get state(): State {
    return this.machine.state;
  }

  /** The limits in force; undefined before the first connection. */
  get limits(): EffectiveLimits | undefined {
    return this.machine.limits;
  }

  /** What has been received since the client was made, and how it stands with the gateway; a copy. */
  get statistics(): Statistics {
    const { counters, clock } = this.machine;
    const gatewayTimeMs = this.gatewayTimeMs();
    const clockOffsetMs = gatewayTimeMs === undefined ? undefined : gatewayTimeMs - this.runtime.unixMs();
    return { ...counters, roundTripMs: clock.roundTripMs, clockOffsetMs };
  }

  /** Calls `handler` at each such event; returns what ends that. */
  on<Name extends keyof ClientEvents>(name: Name, handler: (event: ClientEvents[Name]) => void): () => void {
    return this.emitter.on(name, handler);
  }

  /**
   * Follows every topic that matches `filter`, now and later.
   * @param handlers what to call; a function alone is the handler of deliveries
   * @throws WeirError `bad_filter` when this client has a subscription of that filter already, `closed` after `close`
   */
  subscribe(
    filter: string,
    options: SubscribeOptions = {},
    handlers: SubscriptionHandlers | DeliveryHandler = {},
  ): Subscription {
    if (this.isClosed) throw closed();
    if (this.machine.subscriptions.find(filter) !== undefined) {
      throw new WeirError('bad_filter', `There is a subscription of ${filter} already; end it first.`, false);
    }
    const id = ++this.lastSubscription;
    const all = typeof handlers === 'function' ? { delivery: handlers } : handlers;
    const subscription = new Subscription(this, id, filter, all);
    this.subscriptions.set(id, subscription);
    this.run((now) => this.machine.commands.subscribe(now, id, filter, options));
    return subscription;
  }

  /** The same as `subscription.unsubscribe()`. */
  unsubscribe(subscription: Subscription): Promise<void> {
    this.subscriptions.delete(subscription.id);
    return this.promise((now, ticket) => this.machine.commands.unsubscribe(now, subscription.id, ticket));
  }

  /**
   * Publishes a value or event.
   * Resolves with its position, or with undefined where the gateway does not own the topic and its source took it.
   * Rejects with a WeirError: one of the gateway's, `disconnected` (not sent), or `unknown` (the connection was lost
   * before the reply; repeating it with the same `mid` stores one entry).
   */
  publish(topic: string, data: Payload, options: PublishOptions = {}): Promise<Position | undefined> {
    return this.send(topic, { data }, options);
  }

  /**
   * Changes fields of a record, or with `key` of a row of a table; null removes a field, what is not named stays.
   * Resolves and rejects as `publish` does.
   */
  update(topic: string, fields: Fields, options: UpdateOptions = {}): Promise<Position | undefined> {
    return this.send(topic, { fields, ...keyOf(options) }, options);
  }

  /** Deletes what a topic holds, or with `key` a row of a table. Resolves and rejects as `publish` does. */
  delete(topic: string, options: UpdateOptions = {}): Promise<Position | undefined> {
    return this.send(topic, { delete: true, ...keyOf(options) }, options);
  }

  /**
   * Asks for other limits of the session; what is not named stays, and later connections ask for them too.
   * Resolves with the limits in force once the gateway has said so.
   */
  limit(limits: SessionLimits): Promise<EffectiveLimits> {
    return this.promise((now, ticket) => this.machine.commands.limitSession(now, limits, ticket));
  }

  /** The same as `subscription.limit({ maxRate })`. */
  limitRate(subscription: Subscription, maxRate: number): Promise<number> {
    return this.promise((now, ticket) => this.machine.commands.limitRate(now, subscription.id, maxRate, ticket));
  }

  /** Asks the gateway for a sign of life and its clock. */
  ping(): Promise<Pong> {
    return this.promise((now, ticket) => this.machine.commands.ping(now, ticket));
  }

  /** The gateway's clock, Unix milliseconds; undefined until the first ping of a connection is answered. */
  gatewayTimeMs(): number | undefined {
    return this.machine.clock.unixMs(this.runtime.now());
  }

  /**
   * How long ago the gateway took what is delivered, by the gateway's clock, to a few milliseconds; undefined without
   * the option `timestamps`, or while the clock is not known. State may be as old as it likes: see `isSnapshot`.
   */
  ageMs({ timeMs }: Delivery): number | undefined {
    const nowMs = this.gatewayTimeMs();
    return timeMs === undefined || nowMs === undefined ? undefined : Math.max(0, nowMs - timeMs);
  }

  /** Connects now: ends a pause or a wait, or replaces the connection. Subscriptions resume. */
  reconnect(): void {
    if (this.isClosed) throw closed();
    this.run((now) => this.machine.connect(now));
  }

  /** Disconnects until `reconnect`. */
  pause(): void {
    if (!this.isClosed) this.run((now) => this.machine.pause(now));
  }

  /** Ends the client for good. */
  close(): void {
    this.isClosed = true;
    this.run((now) => this.machine.close(now));
    this.subscriptions.clear();
    if (this.timer !== undefined) this.runtime.clearTimer(this.timer.handle);
    this.timer = undefined;
  }

  private send(topic: string, content: Content, { mid }: PublishOptions): Promise<Position | undefined> {
    return this.promise((now, ticket) => this.machine.commands.publish(now, { topic, content, mid }, ticket));
  }

  private promise<Value>(ask: (now: number, ticket: Ticket) => void): Promise<Value> {
    if (this.isClosed) return Promise.reject(closed());
    return new Promise<Value>((resolve, reject) => {
      const ticket = ++this.lastTicket;
      this.waiting.set(ticket, { resolve: resolve as (value: unknown) => void, reject });
      this.run((now) => ask(now, ticket));
    });
  }

  /** Gives the machine something and performs what comes out, also when a handler calls back meanwhile. */
  private run(input: (now: number) => void): void {
    input(this.runtime.now());
    this.actions.push(...this.machine.takeActions());
    if (this.isPerforming) return;
    this.isPerforming = true;
    for (let action = this.actions.shift(); action !== undefined; action = this.actions.shift()) this.perform(action);
    this.isPerforming = false;
    this.setTimer();
  }

  private perform(action: Action): void {
    switch (action.type) {
      case 'open':
        return this.open();
      case 'send':
        return this.socket?.send(action.data);
      case 'close':
        this.socket?.abandon(action.code, action.reason);
        this.socket = undefined;
        this.attempt++; // a token that is under way comes too late
        return;
      case 'resolve':
        return this.takeWaiting(action.ticket)?.resolve(action.value);
      case 'reject':
        return this.takeWaiting(action.ticket)?.reject(action.error);
      case 'client event':
        return this.emitter.emit(action.event.name, action.event.event as never);
      case 'subscription event':
        for (const id of action.to) this.tell(id, action.event);
        return;
      case 'deliver':
        return this.deliver(action);
    }
  }

  private deliver({ to, delivery, receipt }: Action & { type: 'deliver' }): void {
    const unfinished = to.map((id) => this.handOver(id, delivery)).filter((result) => isPromiseLike(result));
    const done = (): void => this.run((now) => this.machine.onHandled(now, receipt));
    if (unfinished.length === 0) done();
    else void Promise.all(unfinished.map((result) => Promise.resolve(result).catch(rethrowLater))).then(done);
  }

  private handOver(id: SubscriptionId, delivery: Delivery): void | PromiseLike<void> {
    const handler = this.subscriptions.get(id)?.handlers.delivery;
    return handler === undefined ? undefined : guarded(() => handler(delivery));
  }

  private tell(id: SubscriptionId, { name, event }: SubscriptionEvent): void {
    const handler = this.subscriptions.get(id)?.handlers[name];
    if (handler !== undefined) guarded(() => (handler as (event: unknown) => void)(event));
  }

  private open(): void {
    const attempt = ++this.attempt;
    const { token } = this;
    if (typeof token !== 'function') return this.openSocket(token);
    const isWanted = (): boolean => attempt === this.attempt;
    Promise.resolve()
      .then(token)
      .then(
        (text) => isWanted() && this.openSocket(text),
        (problem: unknown) => isWanted() && this.run((now) => this.machine.onClose(now, 1006, `no token: ${problem}`)),
      );
  }

  private openSocket(token: string | undefined): void {
    const listener: SocketListener = {
      onOpen: (protocol) => this.run((now) => this.machine.onOpen(now, protocol, token)),
      onData: (data) => this.run((now) => this.machine.onData(now, data)),
      onClose: (code, reason) => {
        this.socket = undefined;
        this.run((now) => this.machine.onClose(now, code, reason));
      },
    };
    try {
      this.socket = new Socket(this.runtime, this.url, this.machine.codec.subprotocol, listener);
    } catch (problem) {
      this.run((now) => this.machine.onClose(now, 1006, String(problem)));
    }
  }

  /** Sees to it that a timer goes off at the machine's deadline or before; early ones are harmless. */
  private setTimer(): void {
    const at = this.machine.deadline();
    if (this.timer !== undefined && this.timer.at <= at) return;
    if (this.timer !== undefined) this.runtime.clearTimer(this.timer.handle);
    this.timer = undefined;
    if (at === Infinity) return;
    const onTime = (): void => {
      this.timer = undefined;
      this.run((now) => this.machine.tick(now));
    };
    this.timer = { handle: this.runtime.setTimer(onTime, Math.max(0, at - this.runtime.now())), at };
  }

  private takeWaiting(ticket: Ticket): Waiting | undefined {
    const waiting = this.waiting.get(ticket);
    this.waiting.delete(ticket);
    return waiting;
  }
}

function keyOf({ key }: UpdateOptions): { key?: string } {
  return key === undefined ? {} : { key };
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}

function closed(): WeirError {
  return new WeirError('closed', 'The client was closed.', false);
}
