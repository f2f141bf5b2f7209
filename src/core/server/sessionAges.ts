/**
 * How long sessions have been in their states, by the server's clock: idle since `state_change`, in a transaction since
 * `xact_start`, running a statement since `query_start` (manual, section 27.2.3: `query_start` of an idle session is that
 * of its last statement, and says nothing of how long it has been idle).
 */
import { type ActivitySample, type Backend, isClientBackend } from './activity.ts';

/** Sessions of clients, ours left out, oldest first. */
export function clientSessions({ backends }: Pick<ActivitySample, 'backends'>): Backend[] {
  return backends.filter(isClientBackend).sort(byStart);
}

/** The order of sessions: the oldest first; one whose start is hidden comes last, then by pid. */
export function byStart(a: Backend, b: Backend): number {
  return (a.backendStartAt ?? Infinity) - (b.backendStartAt ?? Infinity) || a.pid - b.pid;
}

/** True also for `idle in transaction (aborted)`: it waits for its client's ROLLBACK just so. */
export function isIdleInTransaction({ state }: Backend): boolean {
  return state === 'idle in transaction' || state === 'idle in transaction (aborted)';
}

/** Waits for a lock: what a state `waiting` would mean, if there were one. */
export function waitsForLock({ waitEventType }: Backend): boolean {
  return waitEventType === 'Lock';
}

/** How long it has been idle, in ms; undefined = it is not, or that is hidden. */
export function idleMs(backend: Backend, serverAt: number): number | undefined {
  return backend.state === 'idle' ? ageMs(backend.stateChangeAt, serverAt) : undefined;
}

/**
 * How old the transaction is in which it idles, in ms; undefined = it does not, or that is hidden. An aborted one has no
 * `xact_start` any more: it is taken from when it aborted.
 */
export function idleTransactionMs(backend: Backend, serverAt: number): number | undefined {
  const { transactionStartAt, stateChangeAt } = backend;
  return isIdleInTransaction(backend) ? ageMs(transactionStartAt ?? stateChangeAt, serverAt) : undefined;
}

/** How long its statement has been running, in ms; undefined = none is, or that is hidden. */
export function activeMs(backend: Backend, serverAt: number): number | undefined {
  return backend.state === 'active' ? ageMs(backend.queryStartAt, serverAt) : undefined;
}

/** An age is never negative: a statement may begin between the clock and the rows of one poll. */
export function ageMs(since: number | undefined, serverAt: number): number | undefined {
  return since === undefined ? undefined : Math.max(0, serverAt - since);
}

/** The longest of some ages; undefined = there is none. */
export function longestOf(ages: Iterable<number | undefined>): number | undefined {
  let longest: number | undefined;
  for (const age of ages) if (age !== undefined && age > (longest ?? -1)) longest = age;
  return longest;
}
