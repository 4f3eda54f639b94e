import { decode as fromCbor, encode as toCbor } from 'cborg';
import { connect, type Client, type ConnectOptions, type SubscriptionHandlers, type WebSocketLike } from '../../src/index.js';

type Message = Record<string, unknown>;

/** A WebSocket whose other end is the test. */
class StageSocket implements WebSocketLike {
  protocol = '';
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly sent: Message[] = [];
  closedWith: { code: number | undefined; reason: string | undefined } | undefined;

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {}

  send(data: string | Uint8Array): void {
    this.sent.push((typeof data === 'string' ? JSON.parse(data) : fromCbor(data)) as Message);
  }

  close(code?: number, reason?: string): void {
    this.closedWith = { code, reason };
  }
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Limits as the gateway tells them when nobody asked for any. */
export const wireLimits = {
  bytes_per_s: 0,
  messages_per_s: 0,
  max_delay_ms: 0,
  window_bytes: 65536,
  message_bytes: 65536,
  subscriptions: 256,
  cells: 10000,
  publishes_per_s: 50,
};

/** A client on a virtual clock, with the test as its gateway. */
export class Stage {
  readonly sockets: StageSocket[] = [];
  readonly events: unknown[][] = [];
  readonly client: Client;
  now = 1000;
  /** What the next random numbers are; then 0.5. */
  randoms: number[] = [];
  private timers = new Set<Timer>();

  constructor(options: ConnectOptions = {}) {
    const { sockets } = this;
    this.client = connect('ws://gateway.test/ws', {
      ...options,
      runtime: {
        WebSocket: class extends StageSocket {
          constructor(url: string, protocols: string[]) {
            super(url, protocols);
            sockets.push(this);
          }
        },
        now: () => this.now,
        unixMs: () => this.now,
        random: () => this.randoms.shift() ?? 0.5,
        setTimer: (callback, delayMs) => {
          const timer = { at: this.now + delayMs, callback };
          this.timers.add(timer);
          return timer;
        },
        clearTimer: (timer) => this.timers.delete(timer as Timer),
      },
    });
    this.client.on('error', (error) => this.events.push(['error', error.code]));
  }

  /** The newest WebSocket. */
  get socket(): StageSocket {
    return this.sockets.at(-1)!;
  }

  /** What the newest WebSocket has sent since the last look. */
  sent(): Message[] {
    return this.socket.sent.splice(0);
  }

  /** The request of the newest WebSocket with this op; the last one. */
  request(op: string): Message {
    const found = this.socket.sent.filter((message) => message['op'] === op).at(-1);
    if (found === undefined) throw new Error(`no ${op} among ${JSON.stringify(this.socket.sent)}`);
    return found;
  }

  /** Lets time pass, with every timer at its time. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = [...this.timers].sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.timers.delete(next);
      this.now = Math.max(this.now, next.at);
      next.callback();
    }
    this.now = end;
  }

  /** Time passes without a timer going off, as when a machine sleeps; the timers are late then. */
  oversleep(ms: number): void {
    this.now += ms;
    this.advance(0);
  }

  /** The WebSocket opens. */
  open(protocol = 'weir.v1.json'): void {
    this.socket.protocol = protocol;
    this.socket.onopen?.({} as never);
  }

  /** The gateway says something. */
  says(message: Message | string): void {
    const isCbor = this.socket.protocol === 'weir.v1.cbor';
    const written = (): unknown => (isCbor ? Uint8Array.from(toCbor(message)).buffer : JSON.stringify(message));
    this.socket.onmessage?.({ data: typeof message === 'string' ? message : written() } as never);
  }

  /** The gateway accepts the last request with this op. */
  accepts(op: string, body: Message = {}): void {
    this.says({ re: this.request(op)['id'], ok: true, ...body });
  }

  refuses(op: string, code: string, retry = false): void {
    this.says({ re: this.request(op)['id'], ok: false, error: { code, message: code, retry } });
  }

  /** The WebSocket opens and the gateway greets. */
  greet(limits: Message = {}): void {
    this.open();
    this.accepts('connect', { session: 's1', heartbeat_ms: 15000, limits: { ...wireLimits, ...limits }, server: 'weir/0' });
  }

  closes(code: number, reason = ''): void {
    this.socket.onclose?.({ code, reason } as never);
  }

  /** Handlers that write down what they get, under `name`. */
  recorder(name: string): SubscriptionHandlers {
    const { events } = this;
    return {
      delivery: (d) => void events.push([name, 'delivery', d.topic, d.offset, d.isDeleted ? 'deleted' : d.data, ...(d.isSnapshot ? ['snapshot'] : [])]),
      topic: (t) => events.push([name, 'topic', t.topic, t.epoch, t.offset]),
      ready: (r) => events.push([name, 'ready', r.recovery]),
      gap: (g) => events.push([name, 'gap', g.topic, g.from, g.to, g.cause, g.lost]),
      stale: (s) => events.push([name, 'stale', s.topic, s.isStale]),
      error: (e) => events.push([name, 'error', e.code]),
    };
  }

  /** What has happened since the last look. */
  happened(): unknown[][] {
    return this.events.splice(0);
  }
}

/** The shorthand of a `topic` message. */
export function topic(number: number, name: string, offset: number, more: Message = {}): Message {
  return { op: 'topic', t: number, topic: name, kind: 'value', epoch: 'e1', o: offset, ...more };
}
