import type { Runtime, WebSocketLike } from './options.js';
import { subprotocol } from './core/machine.js';

/** What a socket tells; nothing after `abandon`. */
export interface SocketListener {
  onOpen(protocol: string): void;
  onText(text: string): void;
  onBinary(): void;
  onClose(code: number, reason: string): void;
}

/** One WebSocket and the end of its use: an abandoned one may take minutes to close, and says nothing meanwhile. */
export class Socket {
  private readonly socket: WebSocketLike;
  private listener: SocketListener | undefined;

  /** @throws what the WebSocket's constructor throws */
  constructor(runtime: Runtime, url: string, listener: SocketListener) {
    this.listener = listener;
    this.socket = new runtime.WebSocket(url, [subprotocol]);
    this.socket.onopen = () => this.listener?.onOpen(this.socket.protocol);
    this.socket.onmessage = ({ data }: { data: unknown }) => {
      if (typeof data === 'string') this.listener?.onText(data);
      else this.listener?.onBinary();
    };
    this.socket.onclose = ({ code, reason }: { code: number; reason: string }) => this.listener?.onClose(code, reason);
    this.socket.onerror = () => undefined; // a close follows
  }

  send(text: string): void {
    this.socket.send(text);
  }

  abandon(code: number, reason: string): void {
    this.listener = undefined;
    this.socket.close(code, reason);
  }
}
