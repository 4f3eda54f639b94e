import { WeirError, mayComeBack } from '../errors.js';
import type { EffectiveLimits, State } from '../events.js';
import type { SessionLimits } from '../options.js';
import { frameBytes } from '../wire/bytes.js';
import { dataBytes, type Codec, type Data } from '../wire/codec.js';
import { DecodeError } from '../wire/decode.js';
import { encodeLimits, splitPositions } from '../wire/encode.js';
import type { Accepted, ServerMessage } from '../wire/messages.js';
import type { Action, ClientEvent, Receipt, Ticket } from './actions.js';
import { Backoff } from './backoff.js';
import { Commands, type CommandContext } from './commands.js';
import { Connection } from './connection.js';
import { Feed } from './feed.js';
import { onAccepted, onLost, onRefused } from './replies.js';
import { ServerClock } from './server_clock.js';
import { noCounters, type Counters } from './statistics.js';
import { SubscriptionTable, subscribeRequest, type SubscriptionState } from './subscriptions.js';
import { windowBytesStart } from './window_sizer.js';

const defaultMessageBytes = 65_536;
/** Close codes that this side sends; a page may use 1000 and 3000-4999 only. */
const closeNormal = 1000;
const closeSilent = 4000;
const closeUnreadable = 4400;
/** What a browser says when there was no close frame. */
const closeAbnormal = 1006;

/** What a machine is made with; every default is filled in. */
export interface MachineOptions extends SessionLimits {
  readonly heartbeatMs: number;
  readonly openTimeoutMs: number;
  readonly codec: Codec;
  /** Undefined: sized by what the application handles. */
  readonly windowBytes?: number;
}

/**
 * The protocol of a client, without socket, clock or randomness of its own: time and messages come in as arguments, what
 * is to be done goes out as actions, in order. Its owner performs `takeActions()` after each call and calls `tick`
 * at `deadline()`.
 */
export class Machine implements CommandContext {
  readonly subscriptions: SubscriptionTable;
  readonly feed: Feed;
  readonly commands = new Commands(this);
  readonly clock = new ServerClock();
  readonly counters: Counters = noCounters();
  waitingForLimits: Ticket[] = [];
  wishes: SessionLimits;

  private actions: Action[] = [];
  private readonly backoff: Backoff;
  private connection: Connection | undefined;
  private connectionCount = 0;
  private retryAt = Infinity;
  private currentState: State = { name: 'paused' };
  private currentLimits: EffectiveLimits | undefined;
  private isWindowGiven: boolean;

  constructor(
    private readonly options: MachineOptions,
    random: () => number,
  ) {
    const { bytesPerSecond, messagesPerSecond, maxDelayMs, windowBytes } = options;
    this.wishes = {
      ...(bytesPerSecond !== undefined && { bytesPerSecond }),
      ...(messagesPerSecond !== undefined && { messagesPerSecond }),
      ...(maxDelayMs !== undefined && { maxDelayMs }),
      windowBytes: windowBytes ?? windowBytesStart,
    };
    this.isWindowGiven = windowBytes !== undefined;
    this.backoff = new Backoff(random);
    this.subscriptions = new SubscriptionTable(random);
    this.feed = new Feed(this.subscriptions, this.act);
  }

  get codec(): Codec {
    return this.options.codec;
  }

  get state(): State {
    return this.currentState;
  }

  /** The limits in force; undefined before the first connection. */
  get limits(): EffectiveLimits | undefined {
    return this.currentLimits;
  }

  /** What is to be done, in order; each action is handed out once. */
  takeActions(): Action[] {
    return this.actions.splice(0);
  }

  /** When `tick` is wanted; Infinity: not at all. */
  deadline(): number {
    const retries = this.subscriptions.all().map(({ retryAt }) => retryAt ?? Infinity);
    return Math.min(this.retryAt, this.connection?.deadline() ?? Infinity, ...retries);
  }

  /** Connects now, whatever the state; an open connection is replaced. */
  connect(now: number): void {
    this.drop(now, closeNormal, 'reconnect');
    this.open(now);
  }

  /** Disconnects until `connect`; subscriptions and positions stay. */
  pause(now: number): void {
    this.drop(now, closeNormal, 'pause');
    this.enter({ name: 'paused' });
  }

  /** Ends for good: everything that waits fails with `closed`. */
  close(now: number): void {
    this.drop(now, closeNormal, 'closed');
    this.finish(closeNormal, 'closed');
  }

  /** The WebSocket is open and agreed on `protocol`. */
  onOpen(now: number, protocol: string, token: string | undefined): void {
    const connection = this.connection;
    if (connection === undefined) return;
    const { subprotocol } = this.codec;
    if (protocol !== subprotocol) {
      this.fail(new WeirError('protocol', `There is no gateway that speaks ${subprotocol} at this address.`, false));
      this.drop(now, closeNormal, 'protocol');
      return this.finish(closeNormal, 'protocol');
    }
    connection.phase = 'greeting';
    this.counters.connections++;
    connection.heartbeat.onReceived(now);
    connection.send(now, {
      op: 'connect',
      id: connection.requests.add({ kind: 'connect', sentAt: now }),
      ...(token !== undefined && { token }),
      heartbeat_ms: this.options.heartbeatMs,
      ...encodeLimits(this.wishes),
    });
    for (const state of this.subscriptions.all()) this.ask(now, state);
  }

  /** One message has come. */
  onData(now: number, data: Data): void {
    const connection = this.connection;
    if (connection === undefined) return;
    const bytes = dataBytes(data);
    this.counters.messages++;
    this.counters.bytes += frameBytes(bytes);
    connection.heartbeat.onReceived(now);
    try {
      this.onMessage(now, connection, this.codec.decode(data), bytes);
    } catch (problem) {
      if (!(problem instanceof DecodeError)) throw problem;
      this.onUnreadable(now, problem.message);
    }
    if (this.connection === connection) this.acknowledge(now, connection);
  }

  /** Something has come that makes no sense: another connection may do better. */
  private onUnreadable(now: number, why: string): void {
    this.fail(new WeirError('protocol', `The gateway sent what this client cannot read: ${why}.`, true));
    this.drop(now, closeUnreadable, 'unreadable');
    this.comeBack(now, closeUnreadable, 'unreadable');
  }

  /** The WebSocket has closed, or could not be opened. */
  onClose(now: number, code: number, reason: string): void {
    const goodbye = this.connection?.goodbye;
    if (this.connection === undefined) return;
    this.forget(now);
    const isToldNow = code !== closeAbnormal || goodbye === undefined;
    const end = isToldNow ? { code, reason } : goodbye; // said goodbye, but its close frame was lost
    if (mayComeBack(end.code)) this.comeBack(now, end.code, end.reason, goodbye?.retryMs);
    else this.finish(end.code, end.reason);
  }

  /** `deadline()` has come. */
  tick(now: number): void {
    if (now >= this.retryAt) this.open(now);
    const connection = this.connection;
    if (connection === undefined) return;
    const problem = connection.tick(now);
    if (problem !== undefined) {
      const retryMs = connection.goodbye?.retryMs;
      const [code, reason] = problem === 'silent' ? [closeSilent, 'no_heartbeat'] : [closeAbnormal, 'not opened'];
      this.drop(now, problem === 'silent' ? closeSilent : closeNormal, reason);
      return this.comeBack(now, code, reason, retryMs);
    }
    for (const state of this.subscriptions.all()) {
      if (connection.isUsable && state.retryAt !== undefined && now >= state.retryAt) this.ask(now, state);
    }
  }

  /** The application has handled a delivery. */
  onHandled(now: number, receipt: Receipt): void {
    if (this.connection?.number !== receipt.connection) return;
    this.connection.handled.add(now, receipt.bytes);
    this.acknowledge(now, this.connection);
  }

  readonly act = (action: Action): void => {
    this.actions.push(action);
  };

  readonly onLimits = (limits: EffectiveLimits, isByOperator = false): void => {
    this.currentLimits = limits;
    this.connection?.setWindow(limits.windowBytes);
    this.tell({ name: 'limits', event: { ...limits, isByOperator } });
  };

  /** Sends the request that begins or resumes a subscription, if that is possible now. */
  ask(now: number, state: SubscriptionState): void {
    const connection = this.usableConnection();
    if (connection === undefined) return;
    state.retryAt = undefined;
    state.isAsked = true;
    const id = connection.requests.add({ kind: 'subscribe', subscription: state.id });
    const request = subscribeRequest(state, this.feed.topics, id);
    const nextId = (): number => connection.requests.add({ kind: 'positions' });
    for (const part of splitPositions(request, this.messageBytes(), nextId)) connection.send(now, part);
  }

  usableConnection(): Connection | undefined {
    return this.connection?.isUsable === true ? this.connection : undefined;
  }

  keepWindow(): void {
    this.isWindowGiven = true;
    this.connection?.keepWindow();
  }

  messageBytes(): number {
    return this.currentLimits?.messageBytes || defaultMessageBytes;
  }

  /** Tells the gateway what has been handled, and the window that suits this, as far as either is due. */
  private acknowledge(now: number, connection: Connection): void {
    connection.acknowledge(now);
    const windowBytes = connection.takeWindowWish(now);
    if (windowBytes === undefined) return;
    this.wishes = { ...this.wishes, windowBytes }; // the next connection begins with it
    const id = connection.requests.add({ kind: 'session limit', ticket: undefined });
    connection.send(now, { op: 'limit', id, ...encodeLimits({ windowBytes }) });
  }

  private onMessage(now: number, connection: Connection, message: ServerMessage, bytes: number): void {
    switch (message.type) {
      case 'delivery':
        return this.onDelivery(now, connection, message, bytes);
      case 'accepted':
      case 'refused':
        return this.onReply(now, connection, message);
      case 'error':
        return this.fail(message.error);
      case 'topic':
        return this.feed.onTopic(message);
      case 'ready':
        return this.feed.onReady(message);
      case 'gap':
        this.counters.gaps++;
        this.counters.lost += message.lost ?? 0;
        return this.mustKnow(this.feed.onGap(message));
      case 'stale':
        return this.mustKnow(this.feed.onStale(message));
      case 'limits':
        return this.onLimits(message.limits, true);
      case 'heartbeat':
        return this.tell({ name: 'heartbeat', event: { timeMs: message.timeMs } });
      case 'goodbye': {
        const { code, reason, retryMs } = message;
        connection.goodbye = { code, reason, retryMs };
        return this.tell({ name: 'goodbye', event: connection.goodbye });
      }
      case 'ignored':
        return;
    }
  }

  private onDelivery(
    now: number,
    connection: Connection,
    message: ServerMessage & { type: 'delivery' },
    bytes: number,
  ): void {
    this.counters.deliveries++;
    connection.handled.receive(bytes);
    if (message.conflated !== undefined) this.counters.conflated += message.conflated;
    const result = this.feed.onDelivery(message, { connection: connection.number, bytes });
    if (result === 'handed over') return;
    connection.handled.add(now, bytes);
    if (result === 'dropped') this.counters.duplicates++;
    this.mustKnow(result !== 'unknown');
  }

  private onReply(
    now: number,
    connection: Connection,
    message: ServerMessage & { type: 'accepted' | 'refused' },
  ): void {
    const pending = connection.requests.take(message.re);
    if (pending === undefined) throw new DecodeError(`a reply to request ${message.re}, which was not sent`);
    connection.onAnswered(now, pending);
    if (message.type === 'refused') {
      if (pending.kind === 'connect') this.onConnectRefused(now, message.error);
      else onRefused(this, pending, message.error, now);
    } else if (pending.kind === 'connect') this.onConnected(now, connection, message.body);
    else onAccepted(this, pending, message.body, { now, connection: connection.number });
  }

  private onConnected(now: number, connection: Connection, body: Accepted): void {
    connection.phase = 'open';
    connection.openedAt = now;
    if (body.heartbeatMs !== undefined) connection.heartbeat.setInterval(body.heartbeatMs);
    if (body.limits !== undefined) this.onLimits(body.limits);
    for (const ticket of this.waitingForLimits.splice(0)) {
      this.act({ type: 'resolve', ticket, value: this.currentLimits });
    }
    this.enter({ name: 'open', session: body.session ?? '', server: body.server ?? '' });
    connection.ping(now); // the clock of the gateway, before the first data that has a time
  }

  private onConnectRefused(now: number, error: WeirError): void {
    this.fail(error);
    this.drop(now, closeNormal, error.code);
    if (error.retry) this.comeBack(now, closeNormal, error.code);
    else this.finish(closeNormal, error.code);
  }

  private open(now: number): void {
    this.retryAt = Infinity;
    const { heartbeatMs, openTimeoutMs } = this.options;
    const { isWindowGiven } = this;
    const settings = { now, heartbeatMs, windowBytes: this.wishes.windowBytes ?? 0, isWindowGiven, codec: this.codec };
    this.connection = new Connection(++this.connectionCount, now + openTimeoutMs, settings, this.act);
    this.act({ type: 'open' });
    this.enter({ name: 'connecting' });
  }

  private comeBack(now: number, code: number, reason: string, hintMs?: number): void {
    const retryInMs = this.backoff.nextMs(hintMs);
    this.retryAt = now + retryInMs;
    this.enter({ name: 'waiting', retryInMs, code, reason });
  }

  private finish(code: number, reason: string): void {
    const error = new WeirError('closed', `The connection has ended for good: ${reason} (${code}).`, false);
    this.rejectAll(this.waitingForLimits, error);
    for (const state of this.subscriptions.all()) this.rejectAll(state.waitingForRate, error);
    this.enter({ name: 'closed', code, reason });
  }

  /** Closes the connection, if there is one. */
  private drop(now: number, code: number, reason: string): void {
    this.retryAt = Infinity;
    if (this.connection === undefined) return;
    this.act({ type: 'close', code, reason });
    this.forget(now);
  }

  private forget(now: number): void {
    const connection = this.connection;
    if (connection === undefined) return;
    this.connection = undefined;
    if (connection.openedAt !== undefined) this.backoff.onLost(now - connection.openedAt);
    onLost(this, connection.requests.takeAll());
    this.subscriptions.onDisconnect();
    this.feed.topics.forgetNumbers();
    this.clock.reset();
  }

  private mustKnow(isKnown: boolean): void {
    if (!isKnown) throw new DecodeError('something about a topic that was not introduced');
  }

  private rejectAll(tickets: Ticket[], error: WeirError): void {
    for (const ticket of tickets.splice(0)) this.act({ type: 'reject', ticket, error });
  }

  private enter(state: State): void {
    this.currentState = state;
    this.tell({ name: 'state', event: state });
  }

  private fail(error: WeirError): void {
    this.tell({ name: 'error', event: error });
  }

  private tell(event: ClientEvent): void {
    this.act({ type: 'client event', event });
  }
}
