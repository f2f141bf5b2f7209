import type { Backend } from '../core/server/activity.ts';
import type { BlockedBy, ServerSnapshot } from '../core/server/serverSnapshot.ts';
import { bounded, type ServerNode } from './serverNode.ts';

/** How many wait for it, directly or behind others. */
export function waitersOf({ waiters }: BlockedBy): number {
  return waiters.reduce((sum, each) => sum + 1 + waitersOf(each), 0);
}

/** Who holds a lock, and below it who waits for it. */
export function chainRow(chain: BlockedBy, above: string, snapshot: ServerSnapshot): ServerNode {
  const id = `${above}/${chain.pid}`;
  const backend = allOf(snapshot).find(({ pid }) => pid === chain.pid);
  const waiters = waitersOf(chain);
  const children = bounded(id, chain.waiters, (waiter) => chainRow(waiter, id, snapshot));
  return backend
    ? { kind: 'backend', id, backend, serverAt: snapshot.serverAt, waiters, children }
    : { kind: 'pid', id, pid: chain.pid, waiters, children };
}

/** By state, those that hold something first. */
const stateOrder = [
  'active',
  'idle in transaction',
  'idle in transaction (aborted)',
  'fastpath function call',
  'idle',
];

/** All sessions, by their state. */
export function sessionRows(snapshot: ServerSnapshot): ServerNode[] {
  const byState = new Map<string, Backend[]>();
  for (const backend of snapshot.sessions) {
    const state = backend.state ?? '';
    byState.set(state, [...(byState.get(state) ?? []), backend]);
  }
  const place = (state: string): number => (stateOrder.indexOf(state) + 10) % 10;
  return [...byState]
    .sort(([one], [other]) => place(one) - place(other))
    .map(([state, backends]) => {
      const id = `sessions/${state}`;
      const children = bounded(id, backends, (backend) => backendRow(id, backend, snapshot.serverAt));
      return { kind: 'state', id, state, count: backends.length, children };
    });
}

/** The rows of these pids, as far as they are there. */
export function backendRows(above: string, pids: readonly number[], snapshot: ServerSnapshot): ServerNode[] {
  const byPid = new Map(allOf(snapshot).map((backend) => [backend.pid, backend]));
  const known = pids.flatMap((pid) => byPid.get(pid) ?? []);
  return bounded(above, known, (backend) => backendRow(above, backend, snapshot.serverAt));
}

export function backendRow(above: string, backend: Backend, serverAt: number): ServerNode {
  return { kind: 'backend', id: `${above}/${backend.pid}`, backend, serverAt, waiters: 0 };
}

function allOf({ sessions, background }: ServerSnapshot): readonly Backend[] {
  return [...sessions, ...background];
}
