const capMs = 30_000;
const baseMs = 500;
/** A connection that has lived this long is good, whatever was before it. */
const goodAfterCapMs = 60_000;
/** Times the longest wait before it: so long a connection has to live to be good. */
const goodLives = 10;

/**
 * How long to wait before coming back, with full jitter: rand(0, min(30 s, 0.5 s * 2^n)), so that clients that lost
 * their gateway together do not come back together. A connection that has lived ten times as long as the longest wait
 * before it, or a minute, is good: the next failure begins the row anew.
 */
export class Backoff {
  private failures = 0;

  constructor(private readonly random: () => number) {}

  /** The wait after one more failure, on top of what the gateway asked for. */
  nextMs(hintMs = 0): number {
    return Math.max(0, hintMs) + this.random() * ceilingMs(this.failures++);
  }

  /** The connection behind the last wait is lost after so long. */
  onLost(livedMs: number): void {
    if (this.failures === 0) return;
    if (livedMs >= Math.min(goodAfterCapMs, goodLives * ceilingMs(this.failures - 1))) this.reset();
  }

  reset(): void {
    this.failures = 0;
  }
}

/** The longest wait after so many failures. */
function ceilingMs(failures: number): number {
  return Math.min(capMs, baseMs * 2 ** Math.min(failures, 10));
}
