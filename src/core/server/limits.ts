import { type ActivitySample, type Backend, type ConnectionLimit, isClientBackend } from './activity.ts';

/** A limit and how many connections count towards it. */
export type LimitCount = ConnectionLimit & { readonly count: number };

/**
 * The limits that are set (`rolconnlimit`, `datconnlimit`), each with what counts towards it: sessions of clients; before
 * 18 walsenders too (CountUserBackends and CountDBConnections in the server's procarray.c). Our own session counts for
 * its role. The fullest first.
 */
export function limitsOf(sample: Pick<ActivitySample, 'facts' | 'backends'>): LimitCount[] {
  const { facts, backends } = sample;
  const counted = backends.filter((backend) => countsTowardsLimits(backend, facts.majorVersion));
  return facts.limits
    .map((limit) => ({ ...limit, count: countOf(limit, counted, facts.user) }))
    .sort((a, b) => b.count / b.limit - a.count / a.limit || (a.name < b.name ? -1 : 1));
}

function countOf({ kind, name }: ConnectionLimit, counted: readonly Backend[], ourUser: string): number {
  const count = counted.filter(({ user, database }) => (kind === 'user' ? user : database) === name).length;
  return kind === 'user' && name === ourUser ? count + 1 : count;
}

function countsTowardsLimits(backend: Backend, majorVersion: number): boolean {
  return isClientBackend(backend) || (backend.backendType === 'walsender' && majorVersion < 18);
}
