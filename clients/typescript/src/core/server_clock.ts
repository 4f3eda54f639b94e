/** How far two clocks may drift apart. */
const driftPerMs = 1e-4;

interface Sample {
  readonly at: number;
  readonly roundTripMs: number;
  /** Gateway's Unix time minus this client's monotonic clock. */
  readonly offsetMs: number;
}

/**
 * The gateway's clock, estimated from pings. A ping that waited behind data on its way back says little about the
 * clock: the quickest one counts until what the clocks may have drifted apart since then is more than it was better by.
 */
export class ServerClock {
  private best: Sample | undefined;
  private newest: Sample | undefined;

  /** What the newest answer took; undefined before the first. */
  get roundTripMs(): number | undefined {
    return this.newest?.roundTripMs;
  }

  onPong(sentAt: number, receivedAt: number, unixMs: number): Sample {
    const roundTripMs = receivedAt - sentAt;
    const sample = { at: receivedAt, roundTripMs, offsetMs: unixMs - (sentAt + receivedAt) / 2 };
    const { best } = this;
    const bestErrorMs = best === undefined ? Infinity : best.roundTripMs / 2 + (receivedAt - best.at) * driftPerMs;
    if (roundTripMs / 2 <= bestErrorMs) this.best = sample;
    this.newest = sample;
    return sample;
  }

  /** Unix milliseconds at the gateway; undefined before the first ping was answered. */
  unixMs(now: number): number | undefined {
    return this.best === undefined ? undefined : now + this.best.offsetMs;
  }

  /** Another gateway may have another clock. */
  reset(): void {
    this.best = this.newest = undefined;
  }
}
