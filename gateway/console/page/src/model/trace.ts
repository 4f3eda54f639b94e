/** Where the lowest and the highest value of a trace are drawn. */
export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** From zero, with room above the highest value (and above `atLeast`). */
export function scaleFromZero(values: readonly number[], atLeast: number): Scale {
  return { low: 0, high: Math.max(atLeast, ...values) * 1.1 };
}

/** Around the values; a flat row is drawn in the middle. */
export function scaleAround(values: readonly number[]): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const margin = high > low ? (high - low) * 0.1 : 1;
  return { low: low - margin, high: high + margin };
}

/**
 * The points of an SVG polyline in a box of `width` by `height`; the newest value is at the right edge, and `countMax`
 * values fill the width.
 */
export function points(
  values: readonly number[],
  box: { readonly width: number; readonly height: number; readonly countMax: number },
  { low, high }: Scale,
): string {
  const step = box.width / (box.countMax - 1);
  const x0 = box.width - (values.length - 1) * step;
  const y = (value: number): number => box.height * (1 - (value - low) / (high - low));
  return values.map((value, i) => `${(x0 + i * step).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
}
