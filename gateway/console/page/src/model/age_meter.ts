interface Sample {
  readonly atMs: number;
  readonly ageMs: number;
}

/** What the ages of the last seconds say together. */
export interface AgeSummary {
  readonly medianMs: number;
  readonly maxMs: number;
}

const samplesMax = 2000;

/** How old entries were when they arrived, over the last `windowMs`. */
export class AgeMeter {
  private samples: Sample[] = [];

  constructor(private readonly windowMs: number) {}

  add(atMs: number, ageMs: number): void {
    if (this.samples.length >= samplesMax) this.samples.splice(0, samplesMax / 2);
    this.samples.push({ atMs, ageMs: Math.max(0, ageMs) }); // the clocks are compared to a few milliseconds only
  }

  /** Undefined when nothing has arrived in the window. */
  summary(nowMs: number): AgeSummary | undefined {
    this.samples = this.samples.filter(({ atMs }) => atMs > nowMs - this.windowMs);
    if (this.samples.length === 0) return undefined;
    const ages = this.samples.map(({ ageMs }) => ageMs).sort((a, b) => a - b);
    return { medianMs: ages[Math.floor((ages.length - 1) / 2)]!, maxMs: ages.at(-1)! };
  }
}
