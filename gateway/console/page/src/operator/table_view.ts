import { make, setText } from '../view/dom.js';

/** One column of a table: a text, or an element that is made once for each row. */
export interface Column<Row> {
  readonly title: string;
  readonly className?: string;
  readonly text?: (row: Row) => string;
  readonly isBad?: (row: Row) => boolean;
  readonly control?: (row: Row) => HTMLSelectElement;
  readonly value?: (row: Row) => string;
}

/** A table whose rows have names: what stays keeps its element, so that nobody loses a focus or a selection. */
export class TableView<Row> {
  private readonly body = make('tbody');
  private readonly rows = new Map<string, HTMLTableRowElement>();
  private readonly none = make('caption', { className: 'none' });

  constructor(
    table: HTMLElement,
    private readonly columns: readonly Column<Row>[],
    private readonly nameOf: (row: Row) => string,
  ) {
    const titles = columns.map(({ title, className }) => {
      const cell = make('th', { text: title, ...(className !== undefined && { className }) });
      cell.scope = 'col';
      return cell;
    });
    table.append(this.none, make('thead', {}, make('tr', {}, ...titles)), this.body);
  }

  show(rows: readonly Row[], textIfNone: string): void {
    setText(this.none, rows.length === 0 ? textIfNone : '');
    const names = new Set(rows.map(this.nameOf));
    for (const [name, element] of this.rows) {
      if (names.has(name)) continue;
      element.remove();
      this.rows.delete(name);
    }
    rows.forEach((row, index) => {
      const element = this.elementOf(row);
      const there = this.body.children[index];
      // A row whose control is in use stays where it is: moving it would close the menu.
      if (there !== element && !element.contains(document.activeElement)) this.body.insertBefore(element, there ?? null);
      this.fill(element, row);
    });
  }

  private elementOf(row: Row): HTMLTableRowElement {
    const name = this.nameOf(row);
    const known = this.rows.get(name);
    if (known !== undefined) return known;
    const cells = this.columns.map(({ className, control }) =>
      make('td', className === undefined ? {} : { className }, ...(control === undefined ? [] : [control(row)])),
    );
    const element = make('tr', {}, ...cells);
    element.dataset['name'] = name;
    this.rows.set(name, element);
    return element;
  }

  private fill(element: HTMLTableRowElement, row: Row): void {
    this.columns.forEach(({ text, isBad, value }, index) => {
      const cell = element.cells[index]!;
      if (text !== undefined) setText(cell, text(row));
      if (isBad !== undefined) cell.classList.toggle('bad', isBad(row));
      const control = cell.firstElementChild;
      if (value !== undefined && control instanceof HTMLSelectElement && control !== document.activeElement) {
        control.value = value(row);
      }
    });
  }
}
