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
import type { TroubleGroup } from '../core/snapshot/troubleLists.ts';
import { idBelow, namedId } from './rowId.ts';

/** One row of the Pools view, by what it tells; `children` are the rows below it. */
export type PoolNode = PoolFact & Place & { readonly children?: readonly PoolNode[] };
interface Place {
  readonly id: string;
  readonly poolId: string;
}
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
  const top = { id: poolId, poolId };
  const remarks = [status.sentence, ...(snapshot?.warnings ?? [])].filter((each) => each !== undefined);
  const children = remarks.map((sentence, index): PoolNode => ({
    kind: 'remark',
    ...below(top, `remark ${index}`),
    sentence,
  }));
  if (snapshot) children.push(...partNodes(top, snapshot, clients));
  return { kind: 'source', ...below(top, ''), status, snapshot, children };
}

function partNodes(
  top: Place,
  snapshot: PoolSnapshot,
  clients: ReadonlyMap<string, TracedRows>,
): readonly PoolNode[] {
  const { status, findings, pools, poolCount, sum, onServer, applications, troubles } = snapshot;
  const through = below(top, 'through');
  const children = applicationNodes(snapshot, through, clients);
  return [
    ...bounded(below(top, 'findings'), findings, (finding) => ({
      ...{ kind: 'finding', ...below(top, `finding ${finding.kind} ${finding.subject}`), finding },
    })),
    ...(sum ? [poolNode(sum, below(top, 'sum'), poolCount)] : []),
    ...bounded(below(top, 'pools'), pools, (pool) =>
      poolNode(pool, below(top, `pool ${pool.kind} ${pool.name}`), undefined),
    ),
    ...(status.target.kind === 'log' ? onServer : []).map((counted): PoolNode => ({
      ...{ kind: 'onServer', ...below(top, `${counted.by} ${counted.label}`), counted },
    })),
    ...(applications.length > 0 ? [{ kind: 'through' as const, ...through, snapshot, children }] : []),
    ...(troubles.length > 0 ? [troublesNode(snapshot, top)] : []),
  ];
}

/** The clients of an application that were asked for, and how many there are. */
export interface TracedRows {
  readonly clients: readonly TracedClient[];
  readonly total: number;
}

/** By what an application is known in the map of its clients. */
export function applicationId(poolId: string, name: string | undefined): string {
  return namedId(`${poolId}/through`, name);
}

export function clientNodes(above: Place, { clients, total }: TracedRows): PoolNode[] {
  const nodeOf = (client: TracedClient): PoolNode => ({
    ...{ kind: 'client', ...below(above, client.client), client },
  });
  return bounded(above, clients, nodeOf, total);
}

function applicationNodes(
  { applications, onServer }: PoolSnapshot,
  through: Place,
  clients: ReadonlyMap<string, TracedRows>,
): PoolNode[] {
  return bounded(through, applications, (application) => {
    const place = { ...through, id: applicationId(through.poolId, application.name) };
    const counts = onServer.filter((each) => each.application === application.name);
    const traced = clients.get(place.id);
    const children = traced && { children: clientNodes(place, traced) };
    return { kind: 'application', ...place, application, counts, ...children };
  });
}

function troublesNode({ troubles }: PoolSnapshot, top: Place): PoolNode {
  const count = troubles.reduce((sum, group) => sum + group.count, 0);
  const children = troubles.map((group): PoolNode => ({
    ...{ kind: 'trouble', ...below(top, `trouble ${group.key}`), group },
  }));
  return { kind: 'troubles', ...below(top, 'troubles'), count, children };
}

function poolNode(pool: PoolRow, place: Place, sumOf: number | undefined): PoolNode {
  const children = poolFigureNames
    .filter((figure) => isTold(figure, pool))
    .map((figure): PoolNode => ({ kind: 'figure', ...below(place, figure), figure, pool }));
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

/** As many rows of a list as are drawn, and how many more there are. */
function bounded<T>(
  above: Place,
  list: readonly T[],
  nodeOf: (each: T) => PoolNode,
  total = list.length,
): PoolNode[] {
  const rows = list.slice(0, mostRows).map(nodeOf);
  const rest = total - rows.length;
  return rest > 0 ? [...rows, { kind: 'more', ...below(above, '…'), rest }] : rows;
}

function below({ id, poolId }: Place, part: string): Place {
  return { id: idBelow(id, part), poolId };
}
