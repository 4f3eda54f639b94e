import type { Fields, Json, Payload } from '../events.js';
import { encodePayload } from '../wire/encode.js';
import type { DeliveryMessage } from '../wire/messages.js';

type MutableRow = Record<string, Json>;

/** What one delivery did to a record or table. */
export interface Folded {
  /** The whole record or table; the client goes on changing a table's object, but replaces a row that changes. */
  readonly data: Payload;
  /** Of a table: keys of the rows that changed, and of those that are gone. */
  readonly changedRows: readonly string[] | undefined;
  readonly removedRows: readonly string[] | undefined;
}

/** Names from outside, "__proto__" among them, are no more than names here. */
function emptyObject<Value extends Json>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}

/** The members of a whole state. A record whose only field is "b64" looks like bytes until the kind is known. */
function membersOf(data: Payload | undefined): Fields {
  return data === undefined ? {} : (encodePayload(data) as Fields);
}

function merged(fields: MutableRow | undefined, changes: Fields): MutableRow {
  const out = Object.assign(emptyObject<Json>(), fields);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete out[name];
    else out[name] = value;
  }
  return out;
}

/** What the deliveries of one record or table come to: the state that the gateway has, as far as it has told it. */
export class FoldedState {
  private offset = 0;
  private record = emptyObject<Json>();
  private table = emptyObject<MutableRow>();

  constructor(private readonly kind: 'record' | 'table') {}

  /** Undefined: it is a change of a state that is not this one, and nothing was taken. */
  apply(message: DeliveryMessage): Folded | undefined {
    const { changes } = message;
    if (changes !== undefined && changes.base !== this.offset) return undefined;
    this.offset = message.offset;
    if (this.kind === 'record') return this.applyToRecord(message);
    if (changes === undefined) return this.replaceTable(message);
    for (const key of changes.removedRows ?? []) delete this.table[key];
    const changedRows = this.merge(changes.rows ?? {});
    const removedRows = (changes.removedRows ?? []).filter((key) => !(key in this.table));
    return { data: this.table, changedRows, removedRows };
  }

  private applyToRecord({ changes, data }: DeliveryMessage): Folded {
    if (changes === undefined) this.record = merged(undefined, membersOf(data));
    else this.record = merged(this.record, changes.fields ?? {});
    return { data: this.record, changedRows: undefined, removedRows: undefined };
  }

  private replaceTable({ data }: DeliveryMessage): Folded {
    const before = Object.keys(this.table);
    this.table = emptyObject<MutableRow>();
    const changedRows = this.merge(membersOf(data) as unknown as Record<string, Fields>);
    return { data: this.table, changedRows, removedRows: before.filter((key) => !(key in this.table)) };
  }

  private merge(rows: Readonly<Record<string, Fields>>): string[] {
    for (const [key, fields] of Object.entries(rows)) this.table[key] = merged(this.table[key], fields);
    return Object.keys(rows);
  }
}
