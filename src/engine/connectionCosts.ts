import type { ConnectionCost } from '../core/server/serverSnapshot.ts';
import { connectionCostOf } from '../core/server/connectionCost.ts';
import type { LogState } from '../core/session/logState.ts';

/** The newest sessions that ended, of which it is told, and how often they are looked at anew. */
const mostEnded = 20_000;
const freshMs = 30_000;

/** What the log tells of its applications' way of connecting; looked at anew every half a minute. */
export class ConnectionCosts {
  #of: LogState | undefined;
  #takenAt = -Infinity;
  #cost: readonly ConnectionCost[] = [];

  /** Of this state; empty while there is none. */
  of(state: LogState | undefined, now: number): readonly ConnectionCost[] {
    if (state === this.#of && now - this.#takenAt < freshMs) return this.#cost;
    this.#of = state;
    this.#takenAt = now;
    this.#cost = state ? costOf(state) : [];
    return this.#cost;
  }
}

function costOf(state: LogState): ConnectionCost[] {
  const names: (string | undefined)[] = [];
  const places = new Map<string | undefined, number>();
  const placeOf = (name: string | undefined): number => {
    let place = places.get(name);
    if (place === undefined) places.set(name, (place = names.push(name) - 1));
    return place;
  };
  const ended = { application: [] as number[], sessionTimeMs: [] as number[] };
  let looked = 0;
  for (const { kind, replication, sessionTimeMs, names: named } of state.newestEvents()) {
    if ((looked += 1) > 2 * mostEnded || ended.application.length >= mostEnded) break;
    if (kind !== 'disconnect' || replication) continue;
    ended.application.push(placeOf(named.application));
    ended.sessionTimeMs.push(sessionTimeMs ?? Number.NaN);
  }
  const ready = { application: [] as number[], setupMs: [] as number[] };
  for (const { applicationName, setupTotalMs, replication } of state.book.sessions()) {
    if (setupTotalMs === undefined || replication) continue;
    ready.application.push(placeOf(applicationName));
    ready.setupMs.push(setupTotalMs);
  }
  return connectionCostOf({ names, ended, ready });
}
