/** How long handled bytes may wait for more before they are acknowledged. */
const flushMs = 250;

/**
 * Counts the delivery bytes that the application has handled on one connection and says when to acknowledge them:
 * at a quarter of the window, so that the gateway never has to wait, and otherwise soon.
 */
export class HandledBytes {
  private receivedBytes = 0;
  private handled = 0;
  private acknowledged = 0;
  private waitingSince: number | undefined;

  constructor(private windowBytes: number) {}

  setWindow(windowBytes: number): void {
    this.windowBytes = windowBytes;
  }

  /** Delivery bytes that have come since the connection began, handled or not. */
  get received(): number {
    return this.receivedBytes;
  }

  /** Those of them that are handled. */
  get total(): number {
    return this.handled;
  }

  receive(bytes: number): void {
    this.receivedBytes += bytes;
  }

  add(now: number, bytes: number): void {
    this.handled += bytes;
    this.waitingSince ??= now;
  }

  deadline(): number {
    return this.windowBytes === 0 || this.waitingSince === undefined ? Infinity : this.waitingSince + flushMs;
  }

  /** The total to acknowledge now; undefined when that can wait. */
  takeDue(now: number): number | undefined {
    if (this.windowBytes === 0 || this.waitingSince === undefined) return undefined;
    const isMuch = this.handled - this.acknowledged >= this.windowBytes / 4;
    if (!isMuch && now < this.waitingSince + flushMs) return undefined;
    this.acknowledged = this.handled;
    this.waitingSince = undefined;
    return this.handled;
  }
}
