interface Sample {
  readonly atMs: number;
  readonly total: number;
}

/** How fast a counter grows, over the last `windowMs`. Looked at a few times a second. */
export class RateMeter {
  private samples: Sample[] = [];
  /** The rate before the last restart. */
  private before = 0;

  constructor(private readonly windowMs: number) {}

  /** What came until now is of the past: after half a window the rate is that of what came since. */
  restart(atMs: number, total: number): void {
    this.before = this.perSecond();
    this.samples = [{ atMs, total }];
  }

  sample(atMs: number, total: number): void {
    this.samples.push({ atMs, total });
    // The newest sample that is a whole window old stays: the rate is over the window, not over less.
    while (this.samples.length > 2 && this.samples[1]!.atMs <= atMs - this.windowMs) this.samples.shift();
  }

  perSecond(): number {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (first === undefined || last === undefined || last.atMs - first.atMs < this.windowMs / 2) return this.before;
    return ((last.total - first.total) * 1000) / (last.atMs - first.atMs);
  }
}
