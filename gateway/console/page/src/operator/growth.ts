/** How fast totals grow, by name, between two looks. What is not there at a look is forgotten. */
export class Growth {
  private before = new Map<string, number>();
  private beforeMs = 0;
  private rates = new Map<string, number>();

  /** Takes all totals of one moment. */
  look(atMs: number, totals: Iterable<readonly [string, number]>): void {
    const now = new Map(totals);
    const seconds = (atMs - this.beforeMs) / 1000;
    this.rates = new Map();
    for (const [name, total] of now) {
      const before = this.before.get(name);
      if (before !== undefined && seconds > 0) this.rates.set(name, Math.max(0, total - before) / seconds);
    }
    this.before = now;
    this.beforeMs = atMs;
  }

  /** Undefined until it was there at two looks. */
  perSecond(name: string): number | undefined {
    return this.rates.get(name);
  }
}
