/** Events, a column each for what is told of them; names by their numbers (NameNumbers). NaN = unknown. */
export interface EventColumns {
  readonly kind: Uint8Array;
  readonly flags: Uint8Array;
  readonly at: Float64Array;
  readonly pid: Float64Array;
  readonly timeMs: Float64Array;
  readonly offset: Float64Array;
  readonly file: Uint32Array;
  readonly database: Uint32Array;
  readonly user: Uint32Array;
  readonly application: Uint32Array;
  readonly host: Uint32Array;
}

export type EventColumn = EventColumns[keyof EventColumns];

/** Columns for so many events. */
export function emptyColumns(capacity: number): EventColumns {
  const doubles = (): Float64Array => new Float64Array(capacity);
  const names = (): Uint32Array => new Uint32Array(capacity);
  return {
    ...{ kind: new Uint8Array(capacity), flags: new Uint8Array(capacity) },
    ...{ at: doubles(), pid: doubles(), timeMs: doubles(), offset: doubles(), file: names() },
    ...{ database: names(), user: names(), application: names(), host: names() },
  };
}

/** In the order in which they are saved. */
export function columnsOf(events: EventColumns): EventColumn[] {
  const { kind, flags, at, pid, timeMs, offset, file, database, user, application, host } = events;
  return [kind, flags, at, pid, timeMs, offset, file, database, user, application, host];
}

/** Saved columns by their names, if all are of this size and of their types; else undefined. */
export function wholeColumns(saved: readonly EventColumn[], capacity: number): EventColumns | undefined {
  const [kind, flags, at, pid, timeMs, offset, file, database, user, application, host] = saved;
  const bytes = [kind, flags].filter((each) => each instanceof Uint8Array);
  const doubles = [at, pid, timeMs, offset].filter((each) => each instanceof Float64Array);
  const names = [file, database, user, application, host].filter((each) => each instanceof Uint32Array);
  const all = [...bytes, ...doubles, ...names];
  if (all.length < 11 || all.some(({ length }) => length !== capacity)) return undefined;
  return { kind, flags, at, pid, timeMs, offset, file, database, user, application, host } as EventColumns;
}

/** Copies the rows of these ids from one ring to another, in as few pieces as their ends leave. */
export function copyRing(source: EventColumn, target: EventColumn, fromId: number, toId: number): void {
  for (let id = fromId; id < toId && source.length > 0;) {
    const [from, to] = [id % source.length, id % target.length];
    const count = Math.min(toId - id, source.length - from, target.length - to);
    target.set(source.subarray(from, from + count), to);
    id += count;
  }
}
