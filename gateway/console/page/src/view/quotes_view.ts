import { count, dash, price, signed } from '../model/format.js';
import { History } from '../model/history.js';
import { trend, type Quote } from '../model/quote.js';
import { scaleAround } from '../model/trace.js';
import { beforePaint, byId, make, setText } from './dom.js';
import { TraceView } from './trace_view.js';

const rowsMax = 100;
const traceCount = 60;
const flashMs = 700;
const arrows = { '-1': '▼', '0': '', '1': '▲' } as const;
const mayMove = !matchMedia('(prefers-reduced-motion: reduce)').matches;

/** One row, for one symbol. */
class Row {
  readonly element = make('tr');
  private readonly cells = {
    symbol: make('th', { className: 'symbol' }),
    last: make('td', { className: 'number last' }),
    change: make('td', { className: 'number change' }),
    bid: make('td', { className: 'number wide' }),
    ask: make('td', { className: 'number wide' }),
    volume: make('td', { className: 'number wide' }),
    trace: make('td', { className: 'trace' }),
  };
  private readonly history = new History(traceCount);
  private readonly trace = new TraceView(traceCount);
  private shown: Quote | undefined;

  constructor(public quote: Quote) {
    this.cells.symbol.scope = 'row';
    this.cells.trace.append(this.trace.element);
    this.element.dataset['symbol'] = quote.symbol;
    this.element.append(...Object.values(this.cells));
  }

  paint(): void {
    const { quote, cells, shown } = this;
    if (quote === shown) return;
    this.shown = quote;
    setText(cells.symbol, quote.symbol);
    setText(cells.last, price(quote.last));
    setText(cells.change, signed(quote.change, 2));
    setText(cells.bid, price(quote.bid));
    setText(cells.ask, price(quote.ask));
    setText(cells.volume, quote.volume === undefined ? dash : count(quote.volume));
    cells.change.dataset['trend'] = String(Math.sign(quote.change ?? 0));
    if (quote.last !== undefined) {
      this.history.push(quote.last);
      this.trace.draw(this.history.values, scaleAround(this.history.values));
    }
    this.flash(cells.last, trend(shown?.last, quote.last));
    this.flash(cells.bid, trend(shown?.bid, quote.bid));
    this.flash(cells.ask, trend(shown?.ask, quote.ask));
  }

  private flash(cell: HTMLElement, way: -1 | 0 | 1): void {
    if (way === 0) return;
    cell.dataset['arrow'] = arrows[way];
    cell.dataset['trend'] = String(way);
    if (!mayMove) return;
    const color = way > 0 ? 'var(--up-soft)' : 'var(--down-soft)';
    cell.animate([{ backgroundColor: color }, { backgroundColor: 'transparent' }], { duration: flashMs, easing: 'ease-out' });
  }
}

/** The table of quotes, in the order of their symbols. Painted at most once a frame, however fast they come. */
export class QuotesView {
  private readonly body = byId('quotes');
  private readonly empty = byId('no-quotes');
  private readonly badge = byId('simulated');
  private readonly rows = new Map<string, Row>();
  private readonly paintSoon = beforePaint(() => this.paint());

  /** How many symbols there are. */
  get symbolCount(): number {
    return this.rows.size;
  }

  update(quote: Quote): void {
    const row = this.rows.get(quote.symbol);
    if (row !== undefined) row.quote = quote;
    else if (this.rows.size < rowsMax) this.add(new Row(quote));
    this.paintSoon();
  }

  remove(symbol: string): void {
    this.rows.get(symbol)?.element.remove();
    this.rows.delete(symbol);
    this.paintSoon();
  }

  private add(row: Row): void {
    const { symbol } = row.quote;
    const next = [...this.rows.keys()].filter((other) => other > symbol).sort()[0];
    this.body.insertBefore(row.element, next === undefined ? null : this.rows.get(next)!.element);
    this.rows.set(symbol, row);
  }

  private paint(): void {
    const rows = [...this.rows.values()];
    rows.forEach((row) => row.paint());
    const simulated = rows.filter(({ quote }) => quote.isSimulated).length;
    this.empty.hidden = rows.length > 0;
    this.badge.hidden = simulated === 0;
    setText(this.badge, simulated === rows.length ? 'simulated prices' : 'some prices are simulated');
  }
}
