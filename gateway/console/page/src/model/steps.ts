/** What a slider can say: positions 0.. stand for limits that grow, the last one for none (0). */
export class Steps {
  constructor(private readonly limits: readonly number[]) {}

  get positionMax(): number {
    return this.limits.length;
  }

  /** The limit at a position of the slider; 0: none. */
  limitAt(position: number): number {
    return this.limits[position] ?? 0;
  }
}

/** Bytes per second. */
export const byteSteps = new Steps([1000, 2000, 4000, 8000, 16_000, 32_000, 64_000]);
/** Messages per second. */
export const messageSteps = new Steps([1, 2, 5, 10, 20, 50, 100]);
/** Updates per second and symbol. */
export const rateSteps = new Steps([0.5, 1, 2, 3, 5, 10]);
