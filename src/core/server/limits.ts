import {
  type ActivitySample,
  type Backend,
  type ConnectionLimit,
  isClientBackend,
  type ServerFacts,
} from './activity.ts';

/** A limit and how many connections count towards it. */
export type LimitCount = ConnectionLimit & { readonly count: number };

/** By major version the minor one (of February 2025) from which on only regular backends count; later majors all do. */
const firstWithoutWalsenders: Readonly<Record<number, number>> = { 13: 19, 14: 16, 15: 11, 16: 7, 17: 3 };

/**
 * The limits that are set (`rolconnlimit`, `datconnlimit`), each with what counts towards it: sessions of clients, on older
 * servers walsenders too (CountUserBackends and CountDBConnections in procarray.c). Our own session counts for its role.
 * The fullest first.
 */
export function limitsOf(sample: Pick<ActivitySample, 'facts' | 'backends'>): LimitCount[] {
  const { facts, backends } = sample;
  const withWalsenders = walsendersCount(facts);
  const counted = backends.filter(
    (backend) => isClientBackend(backend) || (withWalsenders && backend.backendType === 'walsender'),
  );
  return facts.limits
    .map((limit) => ({ ...limit, count: countOf(limit, counted, facts.user) }))
    .sort((a, b) => b.count / b.limit - a.count / a.limit || (a.name < b.name ? -1 : 1));
}

function countOf({ kind, name }: ConnectionLimit, counted: readonly Backend[], ourUser: string): number {
  const count = counted.filter(({ user, database }) => (kind === 'user' ? user : database) === name).length;
  return kind === 'user' && name === ourUser ? count + 1 : count;
}

function walsendersCount({ majorVersion, version }: ServerFacts): boolean {
  if (majorVersion > 17) return false;
  const minor = Number(/^\d+\.(\d+)/u.exec(version)?.[1] ?? 0);
  return minor < (firstWithoutWalsenders[majorVersion] ?? Infinity);
}
