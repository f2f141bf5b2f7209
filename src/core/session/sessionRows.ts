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
const intsOfRow = 14;
export const stateIn = 0;
export const keyIsIn = 1;
const previousIn = 2;
const generationIn = 3;
/** Forms of `received`, `authenticated`, `authorized` and of the disconnection. */
export const receivedIn = 4;
export const authenticatedIn = 5;
export const authorizedIn = 6;
export const endIn = 7;
/** Ports: as `received` says, and as the prefix says at authorization. */
export const receivedPortIn = 8;
export const entryPortIn = 9;
/** ended: 0 = with its disconnection, or one of these. */
export const howIn = 10;
export const refused = 1;
/** Told to go: its disconnection line is expected. */
export const dying = 2;
/** What was wrong with its client: 0 = nothing, else one more than the index in clientTroubles. */
export const clientTroubleIn = 11;
/** Numbers of hosts (RecurringForms.host): of what was received, and as the prefix says at authorization; −1 = none. */
export const receivedHostIn = 12;
export const entryHostIn = 13;

const freeState = 0;
export const openingState = 1;
export const openState = 2;
export const endedState = 3;
export type LiveState = typeof openingState | typeof openState | typeof endedState;

/** What `rowOf` says of a pid whose sessions are not in rows. */
export const inBook = -1;
/** pid_max of Linux is no more. */
const mostDirectPids = 4_194_304;
/** Logins under way, and ended sessions: of each at least so many of the newest stay, and at most twice as many. */
const leastKept = 10_000;

/**
 * Ordinary sessions in typed columns, a row each; those of a pid are linked, the newest first. Open ones stay; of the
 * others the oldest leave, in two generations as in BoundedMap.
 */
export class SessionRows {
  doubles = new Float64Array(256 * doublesOfRow);
  ints = new Int32Array(256 * intsOfRow);
  /** By state: the generation that rows enter now, and how many are in it. */
  readonly #generations = new Int32Array(4);
  readonly #young = new Int32Array(4);
  #rowOfPid = new Int32Array(1024);
  readonly #rowOfHighPid = new Map<number, number>();
  /** Rows that were ever used; row 0 is none. */
  #used = 1;
  /** The row freed last; each names the one before it. */
  #free = 0;
  #serial = 0;

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
    this.#enter(row, state);
    this.setRowOf(pid, row);
    return row;
  }

  /** Forgets the forms and ports of a row, and how it ended. */
  clear(row: number): void {
    const { ints } = this;
    const from = row * intsOfRow;
    for (let field = receivedIn; field <= entryPortIn; field += 1) ints[from + field] = -1;
    ints[from + receivedHostIn] = -1;
    ints[from + entryHostIn] = -1;
    ints[from + howIn] = 0;
    ints[from + clientTroubleIn] = 0;
  }

  move(row: number, state: LiveState): void {
    this.#leave(row);
    this.#enter(row, state);
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
    this.#leave(row);
    this.setInt(row, stateIn, freeState);
    this.setInt(row, previousIn, this.#free);
    this.#free = row;
  }

  /** The rows of a state, in no order. */
  *rowsIn(state: LiveState): Generator<number> {
    for (let row = 1; row < this.#used; row += 1) if (this.int(row, stateIn) === state) yield row;
  }

  #freeRow(): number {
    const free = this.#free;
    if (free !== 0) {
      this.#free = this.int(free, previousIn);
      return free;
    }
    const row = this.#used;
    this.#used += 1;
    if (this.#used * intsOfRow > this.ints.length) this.#grow();
    return row;
  }

  #enter(row: number, state: LiveState): void {
    if (state !== openState && (this.#young[state] ?? 0) >= leastKept) this.#forgetOld(state);
    this.setInt(row, stateIn, state);
    this.setInt(row, generationIn, this.#generations[state] ?? 0);
    this.#young[state] = (this.#young[state] ?? 0) + 1;
  }

  #leave(row: number): void {
    const state = this.int(row, stateIn);
    if (this.int(row, generationIn) === this.#generations[state])
      this.#young[state] = (this.#young[state] ?? 0) - 1;
  }

  /** The young generation of a state is full: the old one goes. */
  #forgetOld(state: LiveState): void {
    const young = this.#generations[state] ?? 0;
    for (let row = 1; row < this.#used; row += 1)
      if (this.int(row, stateIn) === state && this.int(row, generationIn) !== young) this.free(row);
    this.#generations[state] = young + 1;
    this.#young[state] = 0;
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
