import { Client } from './client.js';
import type { ConnectOptions, Runtime, WebSocketConstructor } from './options.js';

/**
 * Connects to a gateway, for example `connect('wss://example.org/ws')`, and keeps connected: whatever ends a
 * connection, the client comes back after a random wait and resumes its subscriptions, unless the gateway says that
 * coming back would not help.
 * @throws TypeError when `url` is no ws or wss address, or there is no WebSocket here and none was given
 */
export function connect(url: string, options: ConnectOptions = {}): Client {
  const { protocol } = new URL(url);
  if (protocol !== 'ws:' && protocol !== 'wss:') throw new TypeError(`${url}: expected ws:// or wss://`);
  const { token, runtime, ...others } = options;
  return new Client(url, completed(runtime), token, others);
}

function completed(given: Partial<Runtime> = {}): Runtime {
  const WebSocket = given.WebSocket ?? (globalThis.WebSocket as unknown as WebSocketConstructor | undefined);
  if (WebSocket === undefined) {
    throw new TypeError('there is no WebSocket here: give one, { runtime: { WebSocket } } from the package ws');
  }
  return {
    now: () => performance.now(),
    unixMs: () => Date.now(),
    random: () => Math.random(),
    setTimer: (callback, delayMs) => setTimeout(callback, delayMs),
    clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    ...given,
    WebSocket,
  };
}
