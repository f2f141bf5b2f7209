import type {
  DatedPoolFinding,
  PooledApplication,
  PoolRow,
  PoolSnapshot,
  PoolStatus,
  ServerCount,
  TracedClient,
} from '../core/pool/poolSnapshot.ts';
import type { Sentence } from '../core/sentence.ts';
import type { TroubleGroup } from '../core/snapshot.ts';

/** One row of the Pools view, by what it tells; `children` are the rows below it. */
export type PoolNode = PoolFact & {
  readonly id: string;
  readonly poolId: string;
  readonly children?: readonly PoolNode[];
};
export type PoolFact =
  | { readonly kind: 'source'; readonly status: PoolStatus; readonly snapshot: PoolSnapshot | undefined }
  /** What is not as it should be with the source itself. */
  | { readonly kind: 'remark'; readonly sentence: Sentence }
  | { readonly kind: 'finding'; readonly finding: DatedPoolFinding }
  | { readonly kind: 'pool'; readonly pool: PoolRow; readonly sumOf: number | undefined }
  | { readonly kind: 'figure'; readonly figure: PoolFigureName; readonly pool: PoolRow }
  | { readonly kind: 'through'; readonly snapshot: PoolSnapshot }
  | {
      readonly kind: 'application';
      readonly application: PooledApplication;
      readonly counts: readonly ServerCount[];
    }
  | { readonly kind: 'client'; readonly client: TracedClient }
  | { readonly kind: 'onServer'; readonly counted: ServerCount }
  | { readonly kind: 'troubles'; readonly count: number }
  | { readonly kind: 'trouble'; readonly group: TroubleGroup }
  | { readonly kind: 'more'; readonly rest: number };

/** The figures of one pool, in their order. Which there are depends on what the source tells. */
export const poolFigureNames = [
  'size',
  'checkedOut',
  'checkedIn',
  'overflow',
  'waiting',
  'longestWait',
  'timeouts',
  'checkouts',
  'created',
  'leaks',
  'clients',
  'servers',
  'mode',
] as const;
export type PoolFigureName = (typeof poolFigureNames)[number];

/** Rows of one list that are drawn. */
export const mostRows = 100;

/** A source with everything below it: what is wrong first, then the pools, who comes through them, and what failed. */
export function sourceNode(
  status: PoolStatus,
  snapshot: PoolSnapshot | undefined,
  clients: ReadonlyMap<string, TracedRows> = new Map(),
): PoolNode & { readonly kind: 'source' } {
  const { poolId } = status;
  const within = (id: string): { id: string; poolId: string } => ({ id: `${poolId}/${id}`, poolId });
  const remarks = [status.sentence, ...(snapshot?.warnings ?? [])].filter((each) => each !== undefined);
  const children: PoolNode[] = remarks.map((sentence, index) => ({
    ...{ kind: 'remark', ...within(`remark ${index}`), sentence },
  }));
  if (snapshot) {
    const { findings, pools, poolCount, sum, onServer, applications, troubles } = snapshot;
    children.push(
      ...bounded(within('findings'), findings, (finding) => ({
        ...{ kind: 'finding', ...within(`finding ${finding.kind} ${finding.subject}`), finding },
      })),
      ...(sum ? [poolNode(sum, within('sum'), poolCount)] : []),
      ...bounded(within('pools'), pools, (pool) =>
        poolNode(pool, within(`pool ${pool.kind} ${pool.name}`), undefined),
      ),
    );
    if (status.target.kind === 'log')
      children.push(
        ...onServer.map((counted) => ({
          ...{ kind: 'onServer' as const, ...within(`${counted.by} ${counted.label}`), counted },
        })),
      );
    if (applications.length > 0)
      children.push({
        kind: 'through',
        ...within('through'),
        snapshot,
        children: applicationNodes(snapshot, clients),
      });
    if (troubles.length > 0) children.push(troublesNode(snapshot, within));
  }
  return { kind: 'source', ...within(''), status, snapshot, children };
}

/** The clients of an application that were asked for, and how many there are. */
export interface TracedRows {
  readonly clients: readonly TracedClient[];
  readonly total: number;
}

/** By what an application is known in the map of its clients. */
export function applicationId(poolId: string, name: string | undefined): string {
  return `${poolId}/through/${name === undefined ? '' : `=${name}`}`;
}

export function clientNodes(
  above: { readonly id: string; readonly poolId: string },
  { clients, total }: TracedRows,
): PoolNode[] {
  const rows: PoolNode[] = clients.map((client) => ({
    ...{ kind: 'client', id: `${above.id}/${client.client}`, poolId: above.poolId, client },
  }));
  const rest = total - rows.length;
  return rest > 0 ? [...rows, { kind: 'more', id: `${above.id}/…`, poolId: above.poolId, rest }] : rows;
}

function applicationNodes(snapshot: PoolSnapshot, clients: ReadonlyMap<string, TracedRows>): PoolNode[] {
  const { poolId } = snapshot.status;
  const above = { id: `${poolId}/through`, poolId };
  return bounded(above, snapshot.applications, (application) => {
    const id = applicationId(poolId, application.name);
    const counts = snapshot.onServer.filter((each) => each.application === application.name);
    const traced = clients.get(id);
    return {
      ...{ kind: 'application', id, poolId, application, counts },
      ...(traced && { children: clientNodes({ id, poolId }, traced) }),
    };
  });
}

function troublesNode(
  { troubles }: PoolSnapshot,
  within: (id: string) => { id: string; poolId: string },
): PoolNode {
  const count = troubles.reduce((sum, group) => sum + group.count, 0);
  const children = troubles.map((group): PoolNode => ({
    kind: 'trouble',
    ...within(`trouble ${group.key}`),
    group,
  }));
  return { kind: 'troubles', ...within('troubles'), count, children };
}

function poolNode(
  pool: PoolRow,
  place: { readonly id: string; readonly poolId: string },
  sumOf: number | undefined,
): PoolNode {
  const children = poolFigureNames
    .filter((figure) => isTold(figure, pool))
    .map((figure): PoolNode => ({
      kind: 'figure',
      id: `${place.id}/${figure}`,
      poolId: place.poolId,
      figure,
      pool,
    }));
  return { kind: 'pool', ...place, pool, sumOf, children };
}

function isTold(figure: PoolFigureName, pool: PoolRow): boolean {
  const { now } = pool;
  switch (figure) {
    case 'size':
      return now.size !== undefined;
    case 'checkedOut':
      return now.checkedOut !== undefined;
    case 'checkedIn':
      return now.checkedIn !== undefined;
    case 'overflow':
      return now.overflow !== undefined || pool.maxOverflowUsed !== undefined;
    case 'waiting':
      return now.waiting !== undefined;
    case 'longestWait':
      return pool.maxWaitMs !== undefined || now.waitMs !== undefined;
    case 'timeouts':
      return pool.pooler === undefined && (pool.kind !== 'pgbouncer' || pool.timeouts > 0);
    case 'checkouts':
      return pool.checkouts !== undefined;
    case 'created':
      return pool.created !== undefined;
    case 'leaks':
      return pool.leaksDetected > 0;
    case 'clients':
    case 'mode':
      return pool.pooler !== undefined;
    case 'servers':
      return pool.servers !== undefined;
  }
}

function bounded<T>(
  above: { readonly id: string; readonly poolId: string },
  list: readonly T[],
  nodeOf: (each: T) => PoolNode,
): PoolNode[] {
  const rows = list.slice(0, mostRows).map(nodeOf);
  const rest = list.length - rows.length;
  return rest > 0 ? [...rows, { kind: 'more', id: `${above.id}/…`, poolId: above.poolId, rest }] : rows;
}
