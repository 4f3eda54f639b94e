import type { GoodbyeEvent } from '../events.js';
import { encode } from '../wire/encode.js';
import type { ClientMessage } from '../wire/messages.js';
import type { Action } from './actions.js';
import { HandledBytes } from './handled_bytes.js';
import { Heartbeat } from './heartbeat.js';
import { Requests } from './requests.js';

/** What belongs to one connection and ends with it. */
export class Connection {
  /** `opening`: no WebSocket yet; `greeting`: the reply to `connect` is awaited. */
  phase: 'opening' | 'greeting' | 'open' = 'opening';
  readonly requests = new Requests();
  readonly handled: HandledBytes;
  readonly heartbeat: Heartbeat;
  /** What the gateway said before it closes. */
  goodbye: GoodbyeEvent | undefined;
  openedAt: number | undefined;

  constructor(
    /** Tells connections apart: what comes late from an older one does not count. */
    readonly number: number,
    private readonly openBy: number,
    settings: { now: number; heartbeatMs: number; windowBytes: number },
    private readonly act: (action: Action) => void,
  ) {
    this.handled = new HandledBytes(settings.windowBytes);
    this.heartbeat = new Heartbeat(settings.now, settings.heartbeatMs);
  }

  /** Whether requests can be sent. */
  get isUsable(): boolean {
    return this.phase !== 'opening';
  }

  send(now: number, message: ClientMessage): void {
    this.heartbeat.onSent(now);
    this.act({ type: 'send', text: encode(message) });
  }

  acknowledge(now: number): void {
    if (!this.isUsable) return;
    const bytes = this.handled.takeDue(now);
    if (bytes !== undefined) this.send(now, { op: 'ack', bytes });
  }

  /** Looks after silence and acknowledgements; says why the connection is to be given up, if it is. */
  tick(now: number): 'not opened' | 'silent' | undefined {
    if (!this.isUsable) return now >= this.openBy ? 'not opened' : undefined;
    if (this.phase === 'greeting' && now >= this.openBy) return 'not opened';
    this.acknowledge(now);
    const silence = this.heartbeat.check(now);
    if (silence === 'ping') {
      const id = this.requests.add({ kind: 'ping', ticket: undefined, sentAt: now });
      this.send(now, { op: 'ping', id });
    }
    return silence === 'dead' ? 'silent' : undefined;
  }

  deadline(): number {
    const openBy = this.phase === 'open' ? Infinity : this.openBy;
    if (!this.isUsable) return openBy;
    return Math.min(openBy, this.heartbeat.deadline(), this.handled.deadline());
  }
}
