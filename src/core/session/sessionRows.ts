/** Numbers of a row that are times, places or pids. */
const doublesOfRow = 8;
export const pidIn = 0;
/** Seconds since the epoch; NaN = the key does not say. */
export const startIn = 1;
export const receivedAtIn = 2;
export const connectedAtIn = 3;
export const endedAtIn = 4;
/** Order of authorization. */
export const orderIn = 5;
/** Place of the connect in the queue. */
export const placeIn = 6;
const serialIn = 7;

/** Numbers of a row that are small; −1 = none. */
const intsOfRow = 12;
export const stateIn = 0;
export const keyIsIn = 1;
const previousIn = 2;
const beforeIn = 3;
const afterIn = 4;
/** Forms of `received`, `authenticated`, `authorized` and of the disconnection. */
export const receivedIn = 5;
export const authenticatedIn = 6;
export const authorizedIn = 7;
export const endIn = 8;
/** Ports: as `received` says, and as the prefix says at authorization. */
export const receivedPortIn = 9;
export const entryPortIn = 10;

export const freeState = 0;
export const openingState = 1;
export const openState = 2;
export const endedState = 3;
export type LiveState = typeof openingState | typeof openState | typeof endedState;

/** What `rowOf` says of a pid whose sessions are not in rows. */
export const inBook = -1;
/** pid_max of Linux is no more. */
const mostDirectPids = 4_194_304;
/** Logins that came to nothing, and ended sessions, that are remembered of each. */
const mostLeftovers = 20_000;

/**
 * Ordinary sessions in typed columns, a row each, linked by pid (the newest first) and by state (the oldest first).
 * Rows 0 to 3 are the ends of the lists. Open ones stay; of the others the oldest leave.
 */
export class SessionRows {
  doubles = new Float64Array(256 * doublesOfRow);
  ints = new Int32Array(256 * intsOfRow);
  readonly #counts = [0, 0, 0, 0];
  #rowOfPid = new Int32Array(1024);
  readonly #rowOfHighPid = new Map<number, number>();
  #used = 4;
  #serial = 0;

  constructor() {
    for (let state = 0; state < 4; state += 1) this.#link(state, state, state);
  }

  /** The newest row of a pid; 0 = none, `inBook` = its sessions are kept elsewhere. */
  rowOf(pid: number): number {
    if (pid < this.#rowOfPid.length) return this.#rowOfPid[pid] ?? 0;
    return this.#rowOfHighPid.get(pid) ?? 0;
  }

  setRowOf(pid: number, row: number): void {
    if (!(pid >= 0 && pid < mostDirectPids && Number.isInteger(pid))) {
      if (row === 0) this.#rowOfHighPid.delete(pid);
      else this.#rowOfHighPid.set(pid, row);
      return;
    }
    if (pid >= this.#rowOfPid.length) this.#growPids(pid);
    this.#rowOfPid[pid] = row;
  }

  int(row: number, field: number): number {
    return this.ints[row * intsOfRow + field] ?? 0;
  }

  setInt(row: number, field: number, value: number): void {
    this.ints[row * intsOfRow + field] = value;
  }

  double(row: number, field: number): number {
    return this.doubles[row * doublesOfRow + field] ?? 0;
  }

  setDouble(row: number, field: number, value: number): void {
    this.doubles[row * doublesOfRow + field] = value;
  }

  /** A new row, the newest of its pid, with no forms and no ports. */
  add(pid: number, state: LiveState): number {
    const previous = Math.max(0, this.rowOf(pid));
    const row = this.#freeRow();
    this.#serial += 1;
    this.setDouble(row, pidIn, pid);
    this.setDouble(row, serialIn, this.#serial);
    this.setInt(row, previousIn, previous);
    this.clear(row);
    this.#append(row, state);
    this.setRowOf(pid, row);
    return row;
  }

  /** Forgets the forms and ports of a row. */
  clear(row: number): void {
    const from = row * intsOfRow;
    this.ints.fill(-1, from + receivedIn, from + entryPortIn + 1);
  }

  move(row: number, state: LiveState): void {
    this.#unlink(row);
    this.#append(row, state);
  }

  /** The row of the same pid before this one; 0 = none. */
  previous(row: number): number {
    const previous = this.int(row, previousIn);
    if (previous === 0 || this.int(previous, stateIn) === freeState) return 0;
    const isOlder = this.double(previous, serialIn) < this.double(row, serialIn);
    return isOlder && this.double(previous, pidIn) === this.double(row, pidIn) ? previous : 0;
  }

  /** Frees the row before this one of the same pid. */
  freePrevious(row: number): void {
    const previous = this.previous(row);
    if (previous === 0) return;
    this.setInt(row, previousIn, this.previous(previous));
    this.free(previous);
  }

  free(row: number): void {
    const pid = this.double(row, pidIn);
    if (this.rowOf(pid) === row) this.setRowOf(pid, this.previous(row));
    this.#unlink(row);
    this.#append(row, freeState);
  }

  /** The rows of a state, oldest first. */
  *rowsIn(state: LiveState): Generator<number> {
    for (let row = this.int(state, afterIn); row !== state; row = this.int(row, afterIn)) yield row;
  }

  #freeRow(): number {
    const free = this.int(freeState, beforeIn);
    if (free !== freeState) {
      this.#unlink(free);
      return free;
    }
    const row = this.#used;
    this.#used += 1;
    if (this.#used * intsOfRow > this.ints.length) this.#grow();
    return row;
  }

  #append(row: number, state: number): void {
    this.setInt(row, stateIn, state);
    const last = this.int(state, beforeIn);
    this.#link(last, row, state);
    const count = (this.#counts[state] ?? 0) + 1;
    this.#counts[state] = count;
    if (count > mostLeftovers && (state === openingState || state === endedState))
      this.free(this.int(state, afterIn));
  }

  #unlink(row: number): void {
    const state = this.int(row, stateIn);
    const before = this.int(row, beforeIn);
    const after = this.int(row, afterIn);
    this.setInt(before, afterIn, after);
    this.setInt(after, beforeIn, before);
    this.#counts[state] = (this.#counts[state] ?? 0) - 1;
  }

  #link(before: number, row: number, after: number): void {
    this.setInt(row, beforeIn, before);
    this.setInt(row, afterIn, after);
    this.setInt(before, afterIn, row);
    this.setInt(after, beforeIn, row);
  }

  #grow(): void {
    const { doubles, ints } = this;
    this.doubles = new Float64Array(doubles.length * 2);
    this.doubles.set(doubles);
    this.ints = new Int32Array(ints.length * 2);
    this.ints.set(ints);
  }

  #growPids(pid: number): void {
    const rows = this.#rowOfPid;
    this.#rowOfPid = new Int32Array(Math.min(mostDirectPids, Math.max(rows.length * 2, pid + 1)));
    this.#rowOfPid.set(rows);
  }
}
