/** What is to be done about silence. */
export type Silence = 'none' | 'ping' | 'dead';

/**
 * Heartbeats both ways: a ping when this side has said nothing for an interval, and the end when the other side has
 * said nothing for two.
 */
export class Heartbeat {
  private lastSent: number;
  private lastReceived: number;
  private hasGrace = true;

  constructor(
    now: number,
    private intervalMs: number,
  ) {
    this.lastSent = now;
    this.lastReceived = now;
  }

  setInterval(intervalMs: number): void {
    this.intervalMs = intervalMs;
  }

  onSent(now: number): void {
    this.lastSent = now;
  }

  onReceived(now: number): void {
    this.lastReceived = now;
    this.hasGrace = true;
  }

  /** When `check` has something to say at the latest. */
  deadline(): number {
    return Math.min(this.lastSent + this.intervalMs, this.deadAt());
  }

  check(now: number): Silence {
    if (now >= this.deadAt()) {
      const wasAsleep = now - this.deadAt() > this.intervalMs / 2;
      if (!wasAsleep || !this.hasGrace) return 'dead';
      // The timer is late, so this process slept or was busy, and messages may wait unread: one more interval, once.
      this.hasGrace = false;
      this.lastReceived = now - this.intervalMs;
      return 'ping';
    }
    return now >= this.lastSent + this.intervalMs ? 'ping' : 'none';
  }

  private deadAt(): number {
    return this.lastReceived + 2 * this.intervalMs;
  }
}
