interface Sample {
  readonly atMs: number;
  readonly total: number;
}

/** How fast a counter grows, over the last `windowMs`. Looked at a few times a second. */
export class RateMeter {
  private samples: Sample[] = [];

  constructor(private readonly windowMs: number) {}

  sample(atMs: number, total: number): void {
    this.samples.push({ atMs, total });
    // The newest sample that is a whole window old stays: the rate is over the window, not over less.
    while (this.samples.length > 2 && this.samples[1]!.atMs <= atMs - this.windowMs) this.samples.shift();
  }

  perSecond(): number {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
    return ((last.total - first.total) * 1000) / (last.atMs - first.atMs);
  }
}
