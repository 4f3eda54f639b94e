import type { Json } from '../events.js';

type Container = Json[] | Record<string, Json>;

/** The names on a path (RFC 6901); undefined where it is none. */
function namesOf(path: unknown): string[] | undefined {
  if (typeof path !== 'string' || (path !== '' && !path.startsWith('/'))) return undefined;
  return path.split('/').slice(1).map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Whether there is a part of this name; `end`: one place behind the last element counts as well. */
function has(container: Container, name: string, end = 0): boolean {
  if (!Array.isArray(container)) return Object.hasOwn(container, name);
  return /^(0|[1-9]\d*)$/.test(name) && Number(name) < container.length + end;
}

/** Names from outside, "__proto__" among them, are no more than names here. */
function put(container: Container, name: string, value: Json): void {
  Object.defineProperty(container, name, { value, writable: true, enumerable: true, configurable: true });
}

/** One document while operations are applied to it. What they do not touch is shared with the one before. */
class Document {
  /** Copies made on the way, which may be changed. */
  private readonly own = new Set<Json>();

  constructor(public root: Json) {}

  /** False: the operation does not fit. */
  apply({ op, path, value }: Readonly<Record<string, unknown>>): boolean {
    const names = namesOf(path);
    const isRemoval = op === 'remove';
    if (names === undefined || (!isRemoval && (!['add', 'replace'].includes(op as string) || value === undefined))) return false;
    const last = names.pop();
    if (last === undefined) {
      if (!isRemoval) this.root = value as Json;
      return !isRemoval;
    }
    const parent = this.open(names);
    if (parent === undefined || (op !== 'add' && !has(parent, last))) return false;
    if (!Array.isArray(parent)) {
      if (isRemoval) delete parent[last];
      else put(parent, last, value as Json);
      return true;
    }
    if (!has(parent, last, 1)) return false;
    if (isRemoval) parent.splice(Number(last), 1);
    else parent.splice(Number(last), op === 'add' ? 0 : 1, value as Json);
    return true;
  }

  /** The container at a path, with every one on the way copied once. */
  private open(names: readonly string[]): Container | undefined {
    let container = this.copy(this.root);
    if (container !== undefined) this.root = container;
    for (const name of names) {
      if (container === undefined || !has(container, name)) return undefined;
      const child = this.copy((container as Record<string, Json>)[name]!);
      if (child !== undefined) put(container, name, child);
      container = child;
    }
    return container;
  }

  private copy(value: Json): Container | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    if (this.own.has(value)) return value as Container;
    const copy: Container = Array.isArray(value) ? [...(value as readonly Json[])] : { ...(value as Record<string, Json>) };
    this.own.add(copy);
    return copy;
  }
}

/**
 * What the operations of a JSON Patch (RFC 6902: add, remove, replace) make of `value`, which stays as it is.
 * Undefined: one of them does not fit.
 */
export function applyPatch(value: Json, operations: readonly unknown[]): Json | undefined {
  const document = new Document(value);
  const isDone = operations.every(
    (operation) => typeof operation === 'object' && operation !== null && document.apply(operation as Record<string, unknown>),
  );
  return isDone ? document.root : undefined;
}
