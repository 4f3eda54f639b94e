import { dash } from '../model/format.js';
import type { Steps } from '../model/steps.js';
import { byId, inside, setText } from './dom.js';

/** What a slider is about. */
export interface LimitOptions {
  /** `bytes` for #slider-bytes in #limit-bytes. */
  readonly name: string;
  readonly steps: Steps;
  /** A limit or a measured rate as text. */
  readonly toText: (rate: number) => string;
  /** Asks the gateway for a limit, 0: none; resolves with the one in force. */
  readonly ask: (limit: number) => Promise<number>;
  /** Another limit is in force. */
  readonly onChange: () => void;
  readonly onProblem: (text: string) => void;
}

/** A slider for one limit, and beside it what the gateway has put in force and what was measured. */
export class LimitView {
  private readonly slider: HTMLInputElement;
  private readonly output: HTMLElement;
  private readonly meter: HTMLElement;
  private readonly text: HTMLElement;
  private isAsking = false;
  private inForce = 0;

  constructor(private readonly options: LimitOptions) {
    const box = byId(`limit-${options.name}`);
    this.slider = byId(`slider-${options.name}`, HTMLInputElement);
    this.output = inside(box, 'output');
    this.meter = inside(box, '.meter i');
    this.text = inside(box, '.text');
    this.slider.max = String(options.steps.positionMax);
    this.slider.value = this.slider.max; // a browser may have kept the position of an earlier visit
    this.slider.addEventListener('input', () => this.onInput());
    this.showWish();
    this.showMeasured(undefined);
  }

  /** The limit that the gateway holds this page to; 0: none. */
  get limitInForce(): number {
    return this.inForce;
  }

  showInForce(limit: number): void {
    if (limit === this.inForce) return;
    this.inForce = limit;
    this.options.onChange();
  }

  /** Undefined: nothing can be measured now. */
  showMeasured(rate: number | undefined): void {
    const { toText } = this.options;
    const share = rate === undefined || this.inForce === 0 ? 0 : Math.min(1, rate / this.inForce);
    this.meter.style.transform = `scaleX(${share.toFixed(3)})`;
    const limit = this.inForce > 0 ? `limit in force ${toText(this.inForce)}` : 'no limit in force';
    setText(this.text, `measured ${rate === undefined ? dash : toText(rate)} · ${limit}`);
  }

  private wish(): number {
    return this.options.steps.limitAt(this.slider.valueAsNumber);
  }

  private showWish(): void {
    const wish = this.wish();
    const text = wish === 0 ? 'no limit' : this.options.toText(wish);
    setText(this.output, text);
    this.slider.setAttribute('aria-valuetext', text);
  }

  private onInput(): void {
    this.showWish();
    this.options.onProblem('');
    if (!this.isAsking) void this.ask();
  }

  /** One request at a time: a drag passes many steps, and only the newest matters. */
  private async ask(): Promise<void> {
    this.isAsking = true;
    try {
      for (let asked: number | undefined; asked !== this.wish(); ) {
        asked = this.wish();
        this.showInForce(await this.options.ask(asked));
      }
    } catch (problem) {
      this.options.onProblem(problem instanceof Error ? problem.message : String(problem));
    } finally {
      this.isAsking = false;
    }
  }
}
