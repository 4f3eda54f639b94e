import type { Measure } from '../model/format.js';
import { History } from '../model/history.js';
import { scaleFromZero } from '../model/trace.js';
import { byId, inside, setText } from './dom.js';
import { TraceView } from './trace_view.js';

const traceCount = 120;

/** One figure with its unit, a note and the last minute as a line. */
export class StatView {
  private readonly value: HTMLElement;
  private readonly unit: HTMLElement;
  private readonly note: HTMLElement;
  private readonly trace = new TraceView(traceCount);
  private readonly history = new History(traceCount);

  /** @param atLeast the smallest height of the line's scale */
  constructor(
    id: string,
    private readonly atLeast: number,
  ) {
    const card = byId(id);
    this.value = inside(card, '.figure b');
    this.unit = inside(card, '.figure span');
    this.note = inside(card, '.note');
    card.append(this.trace.element);
  }

  show({ value, unit }: Measure, note: string): void {
    setText(this.value, value);
    setText(this.unit, unit);
    setText(this.note, note);
  }

  /** Adds a point to the line; twice a second. @param limit drawn across it; 0: none */
  record(value: number, limit = 0): void {
    this.history.push(value);
    const scale = scaleFromZero(this.history.values, Math.max(this.atLeast, limit));
    this.trace.draw(this.history.values, scale);
    this.trace.drawLimit(limit, scale);
  }
}
