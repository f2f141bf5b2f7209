import type { BookMemory } from './bookMemory.ts';

// Where the numbers of a row stand among its doubles, and among its integers (assembly/rows.ts).

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

/** Small ones; −1 = none. */
export const stateIn = 16;
export const keyIsIn = 17;
/** Forms of `received`, `authenticated`, `authorized` and of the disconnection. */
export const receivedIn = 20;
export const authenticatedIn = 21;
export const authorizedIn = 22;
export const endIn = 23;
/** Ports: as `received` says, and as the prefix says at authorization. */
export const receivedPortIn = 24;
export const entryPortIn = 25;
/** ended: 0 = with its disconnection, 1 = refused, 2 = told to go, its disconnection line is expected. */
export const howIn = 26;
/** What was wrong with its client: 0 = nothing, else one more than the index in clientTroubles. */
export const clientTroubleIn = 27;
/** Numbers of hosts (RecurringForms.host): of what was received, and as the prefix says at authorization; −1 = none. */
export const receivedHostIn = 28;
export const entryHostIn = 29;

export const openingState = 1;
export const openState = 2;
export const endedState = 3;
export type LiveState = typeof openingState | typeof openState | typeof endedState;

/** What `rowOf` says of a pid whose sessions are not in rows. */
export const inBook = -1;

/** The rows of ordinary sessions, in the memory of the module that books them. */
export class SessionRows {
  readonly #memory: BookMemory;

  constructor(memory: BookMemory) {
    this.#memory = memory;
  }

  /** The newest row of a pid; 0 = none, `inBook` = its sessions are kept elsewhere, as those of pids that no row can have. */
  rowOf(pid: number): number {
    return mayHaveRow(pid) ? this.#memory.module.rowOf(pid) : inBook;
  }

  setRowOf(pid: number, row: number): void {
    if (mayHaveRow(pid)) this.#memory.module.setRowOf(pid, row);
  }

  int(row: number, field: number): number {
    return this.#memory.int(row, field);
  }

  double(row: number, field: number): number {
    return this.#memory.double(row, field);
  }

  /** The row of the same pid before this one; 0 = none. */
  previous(row: number): number {
    return this.#memory.module.previousOf(row);
  }

  free(row: number): void {
    this.#memory.module.free(row);
  }

  /** The rows of a state, or of either of two, in no order. */
  *rowsIn(state: LiveState, other = state): Generator<number> {
    const { module } = this.#memory;
    const states = (1 << state) | (1 << other);
    for (let row = module.nextRow(0, states); row !== 0; row = module.nextRow(row, states)) yield row;
  }
}

/** For the module pids are integers of 32 bits; those that no Linux has it answers as `inBook`. */
function mayHaveRow(pid: number): boolean {
  return Number.isInteger(pid) && pid >= 0 && pid < 2 ** 31;
}
