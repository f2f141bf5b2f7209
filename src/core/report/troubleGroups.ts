import type { Sentence } from '../sentence.ts';
import type { Trouble, TroubleGroup } from '../snapshot/troubleLists.ts';

/** Repeats further apart than this are another group. */
const repeatWithinMs = 15 * 60_000;
const keptMembers = 50;

/** What is known of a trouble beside its own text (core/connection/failure.ts). */
export interface TroubleExplanations {
  readonly explainFailure: (kind: string) => { readonly meaning: Sentence; readonly nextStep: Sentence };
  readonly linkOf: (trouble: Trouble) => { readonly path: string; readonly line: number } | undefined;
}

/** A group under construction. */
interface OpenGroup {
  readonly firstId: number;
  count: number;
  firstAt: number | undefined;
  lastAt: number | undefined;
  /** The newest, oldest first. */
  readonly members: Trouble[];
  newest: Trouble;
}

/**
 * Groups repeats: same category, kind, SQLSTATE, user, database and host, each within 15 minutes of the group's
 * newest member. Takes troubles in log order, answers the group with the newest member first; linear in time. A
 * group's key is made of its first member, so it is stable while that one is among the troubles given.
 */
export function groupTroubles(
  troubles: readonly Trouble[],
  explanations: TroubleExplanations,
  acknowledgedKeys: ReadonlySet<string> = new Set(),
): TroubleGroup[] {
  const openByIdentity = new Map<string, OpenGroup>();
  // a Set remembers the order of insertion: a group that grows moves to its end
  const byNewest = new Set<OpenGroup>();
  for (const trouble of troubles) {
    const identity = identityOf(trouble);
    let group = openByIdentity.get(identity);
    if (group !== undefined && isRepeat(group, trouble)) {
      join(group, trouble);
      byNewest.delete(group);
    } else {
      group = openGroup(trouble);
      openByIdentity.set(identity, group);
    }
    byNewest.add(group);
  }
  return Array.from(byNewest, (group) => closeGroup(group, explanations, acknowledgedKeys)).reverse();
}

function identityOf(trouble: Trouble): string {
  const { category, kind, sqlState, user, database, remoteHost } = trouble;
  return JSON.stringify([category, kind, sqlState ?? 0, user ?? 0, database ?? 0, remoteHost ?? 0]);
}

/** Without an instant nothing tells them apart: a log without timestamps makes one group of all its repeats. */
function isRepeat({ lastAt }: OpenGroup, { at }: Trouble): boolean {
  return at === undefined || lastAt === undefined || at - lastAt <= repeatWithinMs;
}

function openGroup(trouble: Trouble): OpenGroup {
  const { id, at } = trouble;
  return { firstId: id, count: 1, firstAt: at, lastAt: at, members: [trouble], newest: trouble };
}

function join(group: OpenGroup, trouble: Trouble): void {
  group.count += 1;
  group.newest = trouble;
  group.members.push(trouble);
  if (group.members.length > keptMembers) group.members.shift();
  if (trouble.at === undefined) return;
  // instants may go back: processes write in the order they get to it
  group.firstAt = Math.min(group.firstAt ?? trouble.at, trouble.at);
  group.lastAt = Math.max(group.lastAt ?? trouble.at, trouble.at);
}

function closeGroup(
  group: OpenGroup,
  { explainFailure, linkOf }: TroubleExplanations,
  acknowledgedKeys: ReadonlySet<string>,
): TroubleGroup {
  const { newest } = group;
  const key = `${newest.category}:${newest.kind}:${group.firstId}`;
  return {
    key,
    category: newest.category,
    kind: newest.kind,
    sqlState: newest.sqlState,
    message: newest.message,
    user: newest.user,
    database: newest.database,
    remoteHost: newest.remoteHost,
    count: group.count,
    firstAt: group.firstAt,
    lastAt: group.lastAt,
    ...explainFailure(newest.kind),
    link: linkOf(newest),
    members: group.members.toReversed(),
    acknowledged: acknowledgedKeys.has(key),
  };
}
