/** A number and its unit, apart: they are set in different sizes. */
export interface Measure {
  readonly value: string;
  readonly unit: string;
}

/** Shown where there is no value. */
export const dash = '–';

export function toText({ value, unit }: Measure): string {
  return unit === '' ? value : `${value} ${unit}`;
}

const prefixes = ['', 'k', 'M', 'G', 'T', 'P'];

/** 999 B, 1.2 kB, 34 MB: three digits at most, so that the width hardly changes. */
export function bytes(count: number): Measure {
  let scaled = Math.max(0, count);
  let step = 0;
  while (scaled >= 999.5 && step < prefixes.length - 1) {
    scaled /= 1000;
    step++;
  }
  return { value: scaled.toFixed(step > 0 && scaled < 99.95 ? 1 : 0), unit: `${prefixes[step]}B` };
}

export function bytesPerSecond(rate: number): Measure {
  const { value, unit } = bytes(rate);
  return { value, unit: `${unit}/s` };
}

/** A rate of events: one decimal while it is small. */
export function perSecond(rate: number): Measure {
  return { value: rate.toFixed(rate > 0 && rate < 9.95 ? 1 : 0), unit: '/s' };
}

export function duration(ms: number): Measure {
  if (ms < 0.5) return { value: '<1', unit: 'ms' };
  if (ms < 999.5) return { value: ms.toFixed(0), unit: 'ms' };
  if (ms < 99_950) return { value: (ms / 1000).toFixed(1), unit: 's' };
  return { value: (ms / 60_000).toFixed(0), unit: 'min' };
}

export function percent(share: number): string {
  return `${Math.min(100, Math.max(0, share)).toFixed(0)} %`;
}

/** 3 d 4 h, 4 h 12 min, 12 min. */
export function uptime(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return `${minutes} min`;
}

const counts = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** 1,234,567; the page is in English whatever the browser speaks. */
export function count(value: number): string {
  return counts.format(value);
}

export function price(value: number | undefined): string {
  return value === undefined ? dash : value.toFixed(2);
}

/** Always with its sign; a minus as wide as a plus. */
export function signed(value: number | undefined, digits: number): string {
  if (value === undefined) return dash;
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}
