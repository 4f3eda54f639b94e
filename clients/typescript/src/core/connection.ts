import type { GoodbyeEvent } from '../events.js';
import type { Codec } from '../wire/codec.js';
import type { ClientMessage } from '../wire/messages.js';
import type { Action, Ticket } from './actions.js';
import { HandledBytes } from './handled_bytes.js';
import { Heartbeat } from './heartbeat.js';
import { Requests, type Pending } from './requests.js';
import { WindowSizer } from './window_sizer.js';

/** What belongs to one connection and ends with it. */
export class Connection {
  /** `opening`: no WebSocket yet; `greeting`: the reply to `connect` is awaited. */
  phase: 'opening' | 'greeting' | 'open' = 'opening';
  readonly requests = new Requests();
  readonly handled: HandledBytes;
  readonly heartbeat: Heartbeat;
  /** Undefined where the application has said how large the window is. */
  private sizer: WindowSizer | undefined;
  /** What the gateway said before it closes. */
  goodbye: GoodbyeEvent | undefined;
  openedAt: number | undefined;
  private readonly codec: Codec;

  constructor(
    /** Tells connections apart: what comes late from an older one does not count. */
    readonly number: number,
    private readonly openBy: number,
    settings: { now: number; heartbeatMs: number; windowBytes: number; isWindowGiven: boolean; codec: Codec },
    private readonly act: (action: Action) => void,
  ) {
    this.codec = settings.codec;
    this.handled = new HandledBytes(settings.windowBytes);
    this.heartbeat = new Heartbeat(settings.now, settings.heartbeatMs);
    if (!settings.isWindowGiven) this.sizer = new WindowSizer(settings.windowBytes);
  }

  /** Whether requests can be sent. */
  get isUsable(): boolean {
    return this.phase !== 'opening';
  }

  send(now: number, message: ClientMessage): void {
    this.heartbeat.onSent(now);
    this.act({ type: 'send', data: this.codec.encode(message) });
  }

  ping(now: number, options: { ticket?: Ticket; isMeasurement?: boolean } = {}): void {
    const { ticket, isMeasurement = false } = options;
    const id = this.requests.add({ kind: 'ping', ticket, sentAt: now, isMeasurement });
    this.send(now, { op: 'ping', id });
  }

  acknowledge(now: number): void {
    if (!this.isUsable) return;
    const bytes = this.handled.takeDue(now);
    if (bytes !== undefined) this.send(now, { op: 'ack', bytes });
    if (this.sizer?.isDue(now, this.handled.total) !== true) return;
    this.sizer.onAsk(now, this.handled.total);
    this.ping(now, { isMeasurement: true });
  }

  /** A reply has come, whatever it says. */
  onAnswered(now: number, pending: Pending): void {
    if (pending.kind === 'ping' && pending.isMeasurement) this.sizer?.onAnswer(now, this.handled.received);
    if (pending.kind === 'connect') this.sizer?.onRoundTrip(now - pending.sentAt);
  }

  setWindow(windowBytes: number): void {
    this.handled.setWindow(windowBytes);
    this.sizer?.setWindow(windowBytes);
  }

  /** The window that suits the application, once; undefined when the present one does, or was given. */
  takeWindowWish(now: number): number | undefined {
    return this.sizer?.takeWish(now, this.handled.total);
  }

  /** The application has said how large the window is. */
  keepWindow(): void {
    this.sizer = undefined;
  }

  /** Looks after silence and acknowledgements; says why the connection is to be given up, if it is. */
  tick(now: number): 'not opened' | 'silent' | undefined {
    if (!this.isUsable) return now >= this.openBy ? 'not opened' : undefined;
    if (this.phase === 'greeting' && now >= this.openBy) return 'not opened';
    this.acknowledge(now);
    const silence = this.heartbeat.check(now);
    if (silence === 'ping') this.ping(now);
    return silence === 'dead' ? 'silent' : undefined;
  }

  deadline(): number {
    const openBy = this.phase === 'open' ? Infinity : this.openBy;
    if (!this.isUsable) return openBy;
    return Math.min(openBy, this.heartbeat.deadline(), this.handled.deadline());
  }
}
