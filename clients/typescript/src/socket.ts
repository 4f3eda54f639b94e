import type { Runtime, WebSocketLike } from './options.js';
import type { Data } from './wire/codec.js';

/** What a socket tells; nothing after `abandon`. */
export interface SocketListener {
  onOpen(protocol: string): void;
  onData(data: Data): void;
  onClose(code: number, reason: string): void;
}

/** One WebSocket and the end of its use: an abandoned one may take minutes to close, and says nothing meanwhile. */
export class Socket {
  private readonly socket: WebSocketLike;
  private listener: SocketListener | undefined;

  /** @throws what the WebSocket's constructor throws */
  constructor(runtime: Runtime, url: string, subprotocol: string, listener: SocketListener) {
    this.listener = listener;
    this.socket = new runtime.WebSocket(url, [subprotocol]);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onopen = () => this.listener?.onOpen(this.socket.protocol);
    this.socket.onmessage = ({ data }: { data: unknown }) => {
      this.listener?.onData(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer));
    };
    this.socket.onclose = ({ code, reason }: { code: number; reason: string }) => this.listener?.onClose(code, reason);
    this.socket.onerror = () => undefined; // a close follows
  }

  send(data: Data): void {
    this.socket.send(data);
  }

  abandon(code: number, reason: string): void {
    this.listener = undefined;
    this.socket.close(code, reason);
  }
}
