const capMs = 30_000;
const baseMs = 500;
/** A connection that has lived this long counts as good: the next failure begins the row anew. */
export const stableMs = 60_000;

/**
 * How long to wait before coming back, with full jitter: rand(0, min(30 s, 0.5 s * 2^n)), so that clients that lost
 * their gateway together do not come back together.
 */
export class Backoff {
  private failures = 0;

  constructor(private readonly random: () => number) {}

  /** The wait after one more failure, on top of what the gateway asked for. */
  nextMs(hintMs = 0): number {
    const ceilingMs = Math.min(capMs, baseMs * 2 ** Math.min(this.failures, 10));
    this.failures++;
    return Math.max(0, hintMs) + this.random() * ceilingMs;
  }

  reset(): void {
    this.failures = 0;
  }
}
