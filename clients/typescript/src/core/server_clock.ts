const samplesMax = 8;

interface Sample {
  readonly roundTripMs: number;
  /** Gateway's Unix time minus this client's monotonic clock. */
  readonly offsetMs: number;
}

/** The gateway's clock, estimated from pings: the one of the last few that was quickest says best. */
export class ServerClock {
  private samples: Sample[] = [];

  onPong(sentAt: number, receivedAt: number, unixMs: number): Sample {
    const sample = { roundTripMs: receivedAt - sentAt, offsetMs: unixMs - (sentAt + receivedAt) / 2 };
    this.samples = [...this.samples.slice(1 - samplesMax), sample];
    return sample;
  }

  /** Unix milliseconds at the gateway; undefined before the first ping was answered. */
  unixMs(now: number): number | undefined {
    if (this.samples.length === 0) return undefined;
    const best = this.samples.reduce((a, b) => (b.roundTripMs < a.roundTripMs ? b : a));
    return now + best.offsetMs;
  }

  /** Another gateway may have another clock. */
  reset(): void {
    this.samples = [];
  }
}
