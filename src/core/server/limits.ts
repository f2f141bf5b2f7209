import {
  type ActivitySample,
  type Backend,
  type ConnectionLimit,
  isClientBackend,
  type ServerFacts,
} from './activity.ts';

/** A limit and how many connections count towards it. */
export interface LimitCount extends ConnectionLimit {
  readonly count: number;
  /** One of them is our own. */
  readonly withOurs: boolean;
  /** False = of a superuser, whom the server lets in all the same. */
  readonly isEnforced: boolean;
}

/** By major version the minor one (of February 2025) from which on only regular backends count; later majors all do. */
const firstWithoutWalsenders: Readonly<Record<number, number>> = { 13: 19, 14: 16, 15: 11, 16: 7, 17: 3 };

/**
 * The limits that are set (`rolconnlimit`, `datconnlimit`), each with what counts towards it: sessions of clients, on older
 * servers walsenders too (CountUserBackends and CountDBConnections in procarray.c), and our own session. The fullest first.
 */
export function limitsOf(sample: Pick<ActivitySample, 'facts' | 'backends'>): LimitCount[] {
  const { facts, backends } = sample;
  const withWalsenders = walsendersCount(facts);
  const counted = backends.filter(
    (backend) => isClientBackend(backend) || (withWalsenders && backend.backendType === 'walsender'),
  );
  return facts.limits
    .map((limit) => countedFor(limit, counted, facts))
    .sort((a, b) => b.count / b.limit - a.count / a.limit || (a.name < b.name ? -1 : 1));
}

function countedFor(limit: ConnectionLimit, counted: readonly Backend[], facts: ServerFacts): LimitCount {
  const holderOf = ({ user, database }: Pick<Backend, 'user' | 'database'>) =>
    limit.kind === 'user' ? user : database;
  const others = counted.filter((backend) => holderOf(backend) === limit.name).length;
  const withOurs = holderOf(facts) === limit.name;
  const isEnforced = limit.kind === 'database' || !facts.superusers.includes(limit.name);
  return { ...limit, count: withOurs ? others + 1 : others, withOurs, isEnforced };
}

function walsendersCount({ majorVersion, version }: ServerFacts): boolean {
  if (majorVersion > 17) return false;
  const minor = Number(/^\d+\.(\d+)/u.exec(version)?.[1] ?? 0);
  return minor < (firstWithoutWalsenders[majorVersion] ?? Infinity);
}
