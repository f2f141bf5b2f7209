import type { Backend } from './activity.ts';
import type { BlockedBy } from './serverSnapshot.ts';

/** The longest chain that is drawn link by link; who waits further behind stands beside its last link. */
const deepestLink = 32;
/** As many sessions as a snapshot lists. */
const mostWaiters = 1000;

/** Who waits, and for whom: never for itself, nobody twice. */
type Blockers = ReadonlyMap<number, readonly number[]>;

/** A link while the trees are made. */
interface Link {
  readonly pid: number;
  readonly waiters: Link[];
  /** Behind whom it stands. */
  holder: Link | undefined;
  depth: number;
  /** Itself and all behind it. */
  size: number;
}

/**
 * Who waits for whom, as trees: at the root who blocks without waiting. Every session stands once: under that of its
 * blockers that itself waits furthest behind, so that a queue for one lock is drawn as the queue it is. In a circle (which
 * the server breaks after deadlock_timeout) the lowest pid is the root. pid 0 is a prepared transaction. Largest trees
 * first; at most 1,000 waiters.
 */
export function blockingOf(backends: readonly Backend[]): BlockedBy[] {
  const blockers = blockersOf(backends);
  const depths = depthsOf(blockers);
  const links = new Map<number, Link>();
  const inOrder = [...depths].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  for (const [pid, depth] of inOrder) {
    const before = (blockers.get(pid) ?? []).find((blocker) => depths.get(blocker) === depth - 1);
    links.set(pid, linkBehind(before === undefined ? undefined : links.get(before), pid));
  }
  for (const link of links.values())
    if (isAlone(link)) hangBehind(link, links.get(blockers.get(link.pid)?.[0] ?? NaN));
  return treesOf([...links.values()]);
}

/** Every pid of a tree, the root first, in the order in which it is drawn. */
export function pidsOf(tree: BlockedBy): number[] {
  return [tree.pid, ...tree.waiters.flatMap(pidsOf)];
}

function blockersOf(backends: readonly Backend[]): Blockers {
  const waiting = backends
    .map(({ pid, blockedBy }) => ({ pid, by: [...new Set(blockedBy)].filter((blocker) => blocker !== pid) }))
    .filter(({ by }) => by.length > 0)
    .sort((a, b) => a.pid - b.pid);
  return new Map(waiting.slice(0, mostWaiters).map(({ pid, by }) => [pid, by.sort((a, b) => a - b)]));
}

/** How far behind each stands: 0 for who waits for nobody. From the roots on, so a chain may be as long as it likes. */
function depthsOf(blockers: Blockers): Map<number, number> {
  const waitersOf = new Map<number, number[]>();
  for (const [pid, by] of blockers)
    for (const blocker of by) waitersOf.set(blocker, [...(waitersOf.get(blocker) ?? []), pid]);
  const open = new Map([...blockers].map(([pid, by]) => [pid, by.length]));
  const depths = new Map<number, number>();
  const settle = (first: number): void => {
    const ready = [first];
    for (let pid = ready.pop(); pid !== undefined; pid = ready.pop()) {
      const depth = depths.get(pid) ?? 0;
      depths.set(pid, depth);
      open.delete(pid);
      for (const waiter of waitersOf.get(pid) ?? []) {
        const left = open.get(waiter);
        if (left === undefined) continue;
        depths.set(waiter, Math.max(depths.get(waiter) ?? 0, depth + 1));
        open.set(waiter, left - 1);
        if (left === 1) ready.push(waiter);
      }
    }
  };
  for (const pid of waitersOf.keys()) if (!blockers.has(pid)) settle(pid);
  while (open.size > 0) settle(lowestOfCircle(blockers, open));
  return depths;
}

/** Whoever is left waits for one that is left too: that leads into a circle. */
function lowestOfCircle(blockers: Blockers, open: ReadonlyMap<number, number>): number {
  const path: number[] = [];
  const at = new Map<number, number>();
  let pid = [...open.keys()][0] ?? 0;
  while (!at.has(pid)) {
    at.set(pid, path.length);
    path.push(pid);
    pid = (blockers.get(pid) ?? []).find((blocker) => open.has(blocker)) ?? pid;
  }
  return path.slice(at.get(pid)).reduce((lowest, each) => Math.min(lowest, each));
}

/** Who breaks a circle although all that wait for it stand elsewhere: it waits, and nobody stands behind it. */
function isAlone({ holder, waiters }: Link): boolean {
  return holder === undefined && waiters.length === 0;
}

function hangBehind(link: Link, before: Link | undefined): void {
  if (before === undefined) return;
  before.waiters.push(link);
  link.holder = before;
  link.depth = before.depth + 1;
}

function linkBehind(before: Link | undefined, pid: number): Link {
  const above = before !== undefined && before.depth >= deepestLink ? before.holder : before;
  const link: Link = {
    pid,
    waiters: [],
    holder: above,
    depth: above === undefined ? 0 : above.depth + 1,
    size: 1,
  };
  above?.waiters.push(link);
  return link;
}

function treesOf(links: readonly Link[]): BlockedBy[] {
  const inOrder = [...links].sort((a, b) => b.depth - a.depth);
  for (const link of inOrder) if (link.holder) link.holder.size += link.size;
  const bySize = (a: Link, b: Link): number => b.size - a.size || a.pid - b.pid;
  const drawn = ({ pid, waiters }: Link): BlockedBy => ({ pid, waiters: waiters.sort(bySize).map(drawn) });
  return links
    .filter(({ holder, size }) => holder === undefined && size > 1)
    .sort(bySize)
    .map(drawn);
}
