/** Calls handlers by event name. An exception of one handler reaches the page as uncaught, and stops nobody else. */
export class Emitter<Events> {
  private readonly handlers = new Map<keyof Events, Set<(event: never) => void>>();

  /** Returns what takes the handler away again. */
  on<Name extends keyof Events>(name: Name, handler: (event: Events[Name]) => void): () => void {
    const handlers = this.handlers.get(name) ?? new Set();
    this.handlers.set(name, handlers);
    handlers.add(handler);
    return () => handlers.delete(handler);
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const handler of [...(this.handlers.get(name) ?? [])]) {
      guarded(() => (handler as (event: Events[Name]) => void)(event));
    }
  }
}

/** Calls foreign code: what it throws is thrown again where nothing of ours is in the way. */
export function guarded<Result>(call: () => Result): Result | undefined {
  try {
    return call();
  } catch (problem) {
    rethrowLater(problem);
    return undefined;
  }
}

export function rethrowLater(problem: unknown): void {
  queueMicrotask(() => {
    throw problem;
  });
}
