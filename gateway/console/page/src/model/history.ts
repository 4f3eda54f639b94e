/** The last `countMax` values, oldest first. */
export class History {
  private readonly list: number[] = [];

  constructor(private readonly countMax: number) {}

  push(value: number): void {
    this.list.push(value);
    if (this.list.length > this.countMax) this.list.shift();
  }

  get values(): readonly number[] {
    return this.list;
  }
}
