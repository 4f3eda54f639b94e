import { connect as connectSocket, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import WebSocket from 'ws';
import { connect, type Client, type ConnectOptions, type Delivery, type SubscriptionHandlers } from '../../src/index.js';

/** What tests/support/gateway.mjs has. */
export interface Gateway {
  readonly log: string;
  address(name: string): URL;
  port(name: string): number;
  stop(): Promise<{ code: number | null; signal: string | null }>;
  kill(): Promise<unknown>;
}

const source = process.env['WEIR_SOURCE'] ?? join(dirname(fileURLToPath(import.meta.url)), '../../../..');
const binary = process.env['WEIR_BINARY'] ?? join(source, 'build/dev/weir');

/** Starts the real gateway with a TCP feed. @param port of its clients; 0: whichever is free */
export async function startGateway(port = 0): Promise<Gateway> {
  const support = (await import(/* @vite-ignore */ pathToFileURL(join(source, 'tests/support/gateway.mjs')).href)) as {
    startGateway(options: { binary: string; config: string; listens: string[] }): Promise<Gateway>;
  };
  const config = `
shards = 2
[listen]
address = "127.0.0.1"
port = ${port}
[admin]
port = 0
[auth]
anonymous = true
[[rights]]
identity = "anonymous"
subscribe = ["#"]
publish = ["chat/#", "made/#"]
[[topics]]
filter = "events/#"
kind = "stream"
[[topics]]
filter = "small/#"
kind = "stream"
ring_entries = 8
[[adapter]]
name = "feed"
type = "tcp"
listen = "127.0.0.1:0"
[limits]
drain_ms = 1000
`;
  return support.startGateway({ binary, config, listens: ['client', 'adapter:feed'] });
}

/** A source that feeds by plain TCP, and waits until the gateway has taken what it sent. */
export class Feed {
  private lastId = 0;
  private readonly waiting = new Map<number, (reply: Record<string, unknown>) => void>();
  private rest = '';

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8').on('data', (text: string) => this.onText(text));
  }

  static open(gateway: Gateway): Promise<Feed> {
    const socket = connectSocket({ host: '127.0.0.1', port: gateway.port('adapter:feed') });
    return new Promise((resolve, reject) => {
      socket.once('error', reject).once('connect', () => resolve(new Feed(socket)));
    });
  }

  /** Resolves when the entry has its offset. */
  async publish(topic: string, data: unknown): Promise<void> {
    const id = ++this.lastId;
    const reply = new Promise<Record<string, unknown>>((resolve) => this.waiting.set(id, resolve));
    this.socket.write(`${JSON.stringify({ topic, data, id })}\n`);
    const { ack, error } = await reply;
    if (ack !== id) throw new Error(`the feed said no: ${JSON.stringify(error)}`);
  }

  /** Sends without waiting. */
  send(topic: string, data: unknown): void {
    this.socket.write(`${JSON.stringify({ topic, data })}\n`);
  }

  close(): void {
    this.socket.destroy();
  }

  private onText(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const reply = JSON.parse(line) as Record<string, unknown>;
      const id = Number(reply['ack'] ?? reply['nack']);
      this.waiting.get(id)?.(reply);
      this.waiting.delete(id);
    }
  }
}

/** What a subscription was told, and a way to wait for it. */
export class Recorder {
  readonly deliveries: Delivery[] = [];
  readonly events: string[] = [];
  private waiting: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];

  readonly handlers: SubscriptionHandlers = {
    delivery: (delivery) => {
      this.deliveries.push(delivery);
      this.look();
    },
    ready: ({ recovery }) => this.note(`ready ${recovery}`),
    gap: ({ topic, cause, lost }) => this.note(`gap ${topic} ${cause} ${lost ?? '?'}`),
    error: ({ code }) => this.note(`error ${code}`),
  };

  get data(): unknown[] {
    return this.deliveries.map(({ data }) => data);
  }

  note(event: string): void {
    this.events.push(event);
    this.look();
  }

  /** Resolves once the condition is met; the test's own timeout is the limit. */
  until(isMet: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ isMet, resolve });
      this.look();
    });
  }

  private look(): void {
    const met = this.waiting.filter(({ isMet }) => isMet());
    this.waiting = this.waiting.filter((one) => !met.includes(one));
    met.forEach(({ resolve }) => resolve());
  }
}

/** A client of the gateway over the package `ws`, as in node before 22. */
export function connectTo(gateway: Gateway, options: ConnectOptions = {}): Client {
  return connect(gateway.address('client').href, { ...options, runtime: { WebSocket, ...options.runtime } });
}

/** Resolves when the client is in this state. */
export function inState(client: Client, name: Client['state']['name']): Promise<void> {
  if (client.state.name === name) return Promise.resolve();
  return new Promise((resolve) => {
    const end = client.on('state', (state) => {
      if (state.name !== name) return;
      end();
      resolve();
    });
  });
}
