/** No smaller: below that a window is spent on waiting for acknowledgements. */
export const windowBytesMin = 4096;
export const windowBytesMax = 4 * 1024 * 1024;
/** Little enough for a slow application, and doubled within a round trip for a quick one. */
export const windowBytesStart = 16_384;

/** Data that waits for longer than this behind the gateway: the window is too large ... */
const slowMs = 500;
/** ... and made to hold what is handled in this time. */
const aimMs = 400;
/** Data that waits for less, while much of the window is in use: the window may hold the gateway back. */
const quickMs = 200;
/** The least time between two measurements, unless the last one has changed the window. */
const restMs = 430; // no divisor of usual periods: a thread that is busy each half second is to be seen at all its times

/** One measurement: a question to the gateway, its answer, and everything that came before the answer handled. */
interface Measurement {
  readonly askedAt: number;
  readonly handledBefore: number;
  /** What had come when the answer came; undefined until then. */
  receivedBefore: number | undefined;
}

/**
 * Sizes the window of one connection so that about half a second of what the application handles is on its way.
 *
 * It asks the gateway something now and then while data flows. The answer overtakes what waits in the gateway, and
 * nothing else: in the link, in proxies, in the event queue of this process it stands behind the deliveries that were
 * sent before it. So the time until it is there, and all that came before it is handled, is the time that data waits
 * outside the gateway; and what was handled in this time says how much half a second of it is. That holds when the
 * thread is busy with other work, too: a timer or a clock inside a handler would not see that.
 */
export class WindowSizer {
  private current: Measurement | undefined;
  /** The quickest answer yet: about what the way there and back takes when nothing waits. */
  private wayMs = Infinity;
  private restUntil = -Infinity;
  private handledAtLast = 0;
  private askedFor: number;

  /** @param inForce the window that the connection begins with */
  constructor(private inForce: number) {
    this.askedFor = inForce;
  }

  /** The gateway has put a window in force; its operator may allow less than was asked for. */
  setWindow(inForce: number): void {
    this.inForce = inForce;
  }

  /** Some answer took so long. */
  onRoundTrip(roundTripMs: number): void {
    this.wayMs = Math.min(this.wayMs, roundTripMs);
  }

  /** Whether it is time to ask. @param handled delivery bytes handled since the connection began */
  isDue(now: number, handled: number): boolean {
    if (this.inForce === 0) return false; // the gateway has none
    return this.current === undefined && now >= this.restUntil && handled - this.handledAtLast >= windowBytesMin;
  }

  /** A question is being sent. */
  onAsk(now: number, handled: number): void {
    this.current = { askedAt: now, handledBefore: handled, receivedBefore: undefined };
    this.handledAtLast = handled;
  }

  /** Its answer has come. @param received delivery bytes received since the connection began */
  onAnswer(now: number, received: number): void {
    if (this.current === undefined) return;
    this.onRoundTrip(now - this.current.askedAt);
    this.current.receivedBefore = received;
  }

  /** The window to ask for now, once; undefined when it can stay. */
  takeWish(now: number, handled: number): number | undefined {
    const { current } = this;
    if (current?.receivedBefore === undefined || handled < current.receivedBefore) return undefined;
    this.current = undefined;
    const wish = this.wishAfter(now - current.askedAt, handled - current.handledBefore);
    const isNew = wish !== this.askedFor && wish !== this.inForce;
    this.restUntil = isNew ? now : current.askedAt + restMs;
    if (!isNew) return undefined;
    this.askedFor = wish;
    return wish;
  }

  private wishAfter(tookMs: number, handled: number): number {
    if (handled < windowBytesMin) return this.inForce; // too little to say
    const isInUse = handled >= this.inForce / 2;
    // While a window is in use, it is fuller at times than when the question was asked, just after an acknowledgement.
    const waitedMs = tookMs * (isInUse ? Math.max(1, this.inForce / handled) : 1) - Math.min(this.wayMs, tookMs);
    if (isInUse && waitedMs < quickMs) return clamp(this.inForce * 2);
    if (waitedMs <= slowMs) return this.inForce;
    const halfASecond = (handled / tookMs) * (this.wayMs + aimMs);
    return Math.min(this.inForce, clamp(halfASecond));
  }
}

function clamp(bytes: number): number {
  return Math.round(Math.min(windowBytesMax, Math.max(windowBytesMin, bytes)));
}
