import { points, type Scale } from '../model/trace.js';

const svg = 'http://www.w3.org/2000/svg';
const box = { width: 100, height: 32 };

/** A small line of the last values, drawn for the eye only: the number beside it says the same. */
export class TraceView {
  readonly element = document.createElementNS(svg, 'svg');
  private readonly line = document.createElementNS(svg, 'polyline');
  private readonly area = document.createElementNS(svg, 'polygon');
  private readonly limit = document.createElementNS(svg, 'line');

  /** @param countMax how many values fill the width */
  constructor(private readonly countMax: number) {
    this.element.setAttribute('viewBox', `0 0 ${box.width} ${box.height}`);
    this.element.setAttribute('preserveAspectRatio', 'none');
    this.element.setAttribute('aria-hidden', 'true');
    this.element.classList.add('trace-line');
    this.limit.classList.add('limit-line');
    this.limit.setAttribute('x1', '0');
    this.limit.setAttribute('x2', String(box.width));
    this.limit.setAttribute('visibility', 'hidden');
    this.element.append(this.area, this.limit, this.line);
  }

  draw(values: readonly number[], scale: Scale): void {
    if (values.length === 0) return;
    const drawn = points(values, { ...box, countMax: this.countMax }, scale);
    const first = drawn.slice(0, drawn.indexOf(','));
    this.line.setAttribute('points', drawn);
    this.area.setAttribute('points', `${first},${box.height} ${drawn} ${box.width},${box.height}`);
  }

  /** A dashed line at the limit; 0: none. */
  drawLimit(limit: number, { low, high }: Scale): void {
    const y = box.height * (1 - (limit - low) / (high - low));
    const isShown = limit > 0 && y >= 0;
    this.limit.setAttribute('visibility', isShown ? 'visible' : 'hidden');
    if (!isShown) return;
    this.limit.setAttribute('y1', y.toFixed(1));
    this.limit.setAttribute('y2', y.toFixed(1));
  }
}
