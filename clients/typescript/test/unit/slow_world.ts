import { connect, type Client, type ConnectOptions, type WebSocketLike } from '../../src/index.js';
import { wireLimits } from './stage.js';

type Message = Record<string, unknown>;

/** Things that happen at their time, in virtual milliseconds. */
class Timeline {
  private readonly events: { readonly at: number; readonly run: () => void }[] = [];
  now = 0;

  at(at: number, run: () => void): void {
    const later = this.events.findIndex((event) => event.at > at);
    this.events.splice(later < 0 ? this.events.length : later, 0, { at, run });
  }

  runUntil(end: number): void {
    while (this.events.length > 0 && this.events[0]!.at <= end) {
      const { at, run } = this.events.shift()!;
      this.now = at;
      run();
    }
    this.now = end;
  }
}

/** One thread with a queue of tasks; a task that takes time makes the others wait. */
class Thread {
  private readonly tasks: (() => void)[] = [];
  private isWoken = false;
  /** Its own clock: ahead of the timeline inside a task that takes time. */
  now = 0;

  constructor(private readonly timeline: Timeline) {}

  post(task: () => void): void {
    this.tasks.push(task);
    this.wake();
  }

  private wake(): void {
    if (this.isWoken || this.tasks.length === 0) return;
    this.isWoken = true;
    this.timeline.at(Math.max(this.now, this.timeline.now), () => {
      this.isWoken = false;
      this.now = Math.max(this.now, this.timeline.now);
      this.tasks.shift()!();
      this.wake();
    });
  }
}

export interface WorldOptions {
  /** One topic, so many times a second ... */
  readonly perSecond: number;
  /** ... with so many bytes each time. */
  readonly bytes: number;
  readonly delayMs: number;
  /** What the way to the client carries; what is more waits in it. */
  readonly linkBytesPerSecond?: number;
  /** The largest window that the operator allows. */
  readonly ceiling?: number;
  readonly client?: ConnectOptions;
}

/** A delivery as the application saw it. */
export interface Seen {
  readonly atMs: number;
  readonly ageMs: number;
}

/** A gateway with one busy `latest` topic, a way, and an application on one thread, all in virtual time. */
export class SlowWorld {
  readonly timeline = new Timeline();
  readonly thread = new Thread(this.timeline);
  readonly client: Client;
  readonly seen: Seen[] = [];
  /** Requests of these ops that came. */
  readonly asked: Message[] = [];
  window = 0;
  /** What handling one delivery takes. */
  costMs = 0;
  /** Handlers hand over to something that works one by one, and return a promise. */
  isBackground = false;

  private socket!: WebSocketLike;
  private isFollowed = false;
  private offset = 0;
  private sentOffset = 0;
  private publishedAt = 0;
  private outstanding: number[] = [];
  private sent = 0;
  private linkFreeAt = 0;
  private backgroundFreeAt = 0;

  constructor(private readonly options: WorldOptions) {
    const world = this;
    this.client = connect('ws://gateway.test/ws', {
      ...options.client,
      runtime: {
        WebSocket: class implements WebSocketLike {
          readonly protocol = 'weir.v1.json';
          onopen: ((event: never) => void) | null = null;
          onmessage: ((event: never) => void) | null = null;
          onclose: ((event: never) => void) | null = null;
          onerror: ((event: never) => void) | null = null;
          constructor() {
            world.begin(this);
            world.toThread(() => this.onopen?.({} as never));
          }
          send(text: string): void {
            world.timeline.at(world.thread.now + options.delayMs, () => world.onRequest(JSON.parse(text) as Message));
          }
          close(): void {}
        },
        now: () => this.thread.now,
        unixMs: () => this.thread.now,
        random: () => 0.5,
        setTimer: (callback, delayMs) => {
          const timer = { isWanted: true };
          this.timeline.at(this.thread.now + delayMs, () => this.thread.post(() => timer.isWanted && callback()));
          return timer;
        },
        clearTimer: (timer) => ((timer as { isWanted: boolean }).isWanted = false),
      },
    });
    this.client.subscribe('a', {}, ({ data }) => this.handle((data as { at: number }).at));
    this.publish();
  }

  /** The thread is busy for `busyMs` of every `everyMs`. */
  occupy(busyMs: number, everyMs: number): void {
    this.timeline.at(this.timeline.now + everyMs, () => {
      this.thread.post(() => (this.thread.now += busyMs));
      this.occupy(busyMs, everyMs);
    });
  }

  /** Time passes; returns what the application saw meanwhile, promises settled. */
  async pass(ms: number): Promise<readonly Seen[]> {
    const from = this.seen.length;
    const end = this.timeline.now + ms;
    while (this.timeline.now < end) {
      this.timeline.runUntil(this.isBackground ? Math.min(end, this.timeline.now + 1) : end);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return this.seen.slice(from);
  }

  /** A new connection. */
  private begin(socket: WebSocketLike): void {
    this.socket = socket;
    this.isFollowed = false;
    this.outstanding = [];
    this.sent = 0;
  }

  private handle(publishedAt: number): void | Promise<void> {
    if (!this.isBackground) {
      this.thread.now += this.costMs;
      this.seen.push({ atMs: this.thread.now, ageMs: this.thread.now - publishedAt });
      return;
    }
    this.backgroundFreeAt = Math.max(this.backgroundFreeAt, this.thread.now) + this.costMs;
    const at = this.backgroundFreeAt;
    return new Promise((resolve) => {
      this.timeline.at(at, () => {
        this.seen.push({ atMs: at, ageMs: at - publishedAt });
        this.thread.post(resolve);
      });
    });
  }

  private publish(): void {
    this.offset++;
    this.publishedAt = this.timeline.now;
    this.pull();
    this.timeline.at(this.timeline.now + 1000 / this.options.perSecond, () => this.publish());
  }

  private pull(): void {
    const waiting = this.outstanding.reduce((sum, bytes) => sum + bytes, 0);
    if (!this.isFollowed || this.sentOffset === this.offset) return;
    const data = { at: this.publishedAt, filler: '' };
    const message = { t: 1, o: this.offset, d: data };
    data.filler = 'x'.repeat(Math.max(0, this.options.bytes - JSON.stringify(message).length));
    const text = JSON.stringify(message);
    if (this.window > 0 && waiting > 0 && waiting + text.length > this.window) return;
    this.sentOffset = this.offset;
    this.sent += text.length;
    this.outstanding.push(text.length);
    this.toClient(text);
  }

  private onRequest(message: Message): void {
    const { op, id: re } = message;
    if (op === 'ack') {
      while (this.outstanding.length > 0 && this.acknowledged() < Number(message['bytes'])) this.outstanding.shift();
      return this.pull();
    }
    this.asked.push(message);
    if (message['window_bytes'] !== undefined) {
      this.window = Math.min(Number(message['window_bytes']), this.options.ceiling ?? Infinity);
    }
    const limits = { ...wireLimits, window_bytes: this.window };
    const time = new Date(this.timeline.now).toISOString();
    this.toClient(JSON.stringify({ re, ok: true, limits, heartbeat_ms: 15_000, time }));
    if (op !== 'subscribe') return;
    this.isFollowed = true;
    this.toClient(JSON.stringify({ op: 'topic', t: 1, topic: 'a', kind: 'value', epoch: 'e1', o: 0 }));
    this.pull();
  }

  private acknowledged(): number {
    return this.sent - this.outstanding.reduce((sum, bytes) => sum + bytes, 0);
  }

  private toClient(text: string): void {
    const bytesPerMs = (this.options.linkBytesPerSecond ?? Infinity) / 1000;
    this.linkFreeAt = Math.max(this.linkFreeAt, this.timeline.now) + text.length / bytesPerMs;
    const { socket } = this;
    this.timeline.at(this.linkFreeAt + this.options.delayMs, () =>
      this.thread.post(() => socket.onmessage?.({ data: text } as never)),
    );
  }

  private toThread(task: () => void): void {
    this.timeline.at(this.timeline.now, () => this.thread.post(task));
  }
}

/** The age that a share of the deliveries does not exceed. */
export function ageAt(seen: readonly Seen[], share: number): number {
  const ages = seen.map(({ ageMs }) => ageMs).sort((a, b) => a - b);
  return ages[Math.ceil(ages.length * share) - 1] ?? Infinity;
}
