import type { Backend, PreparedTransaction, ReplicationSlot } from '../core/server/activity.ts';
import type { Finding } from '../core/server/finding.ts';
import type { LimitCount } from '../core/server/limits.ts';
import type {
  ConnectionCost,
  LeakVerdict,
  Overview,
  SettingAdvice,
  TagCount,
} from '../core/server/serverSnapshot.ts';
import type { NameCount } from '../core/snapshot/openSessions.ts';

/** The parts of the Server view, in their order. */
export const serverSections = [
  'overview',
  'findings',
  'blocked',
  'sessions',
  'clients',
  'limits',
  'applications',
  'tags',
  'holders',
  'tviews',
  'settings',
  'background',
] as const;
export type ServerSection = (typeof serverSections)[number];

/** One row of the Server view, by what it tells; `children` are the rows below it. */
export type ServerNode = ServerFact & { readonly id: string; readonly children?: readonly ServerNode[] };
export type ServerFact =
  | { readonly kind: 'section'; readonly section: ServerSection; readonly count: number | undefined }
  | { readonly kind: 'figure'; readonly figure: FigureName; readonly overview: Overview }
  | { readonly kind: 'finding'; readonly finding: Finding; readonly isSilenced: boolean }
  | {
      readonly kind: 'backend';
      readonly backend: Backend;
      readonly serverAt: number;
      readonly waiters: number;
    }
  /** A pid whose row is not there (any more), or a prepared transaction: 0. */
  | { readonly kind: 'pid'; readonly pid: number; readonly waiters: number }
  | { readonly kind: 'state'; readonly state: string; readonly count: number }
  | { readonly kind: 'client'; readonly client: NameCount }
  | { readonly kind: 'limit'; readonly limit: LimitCount }
  | { readonly kind: 'leak'; readonly leak: LeakVerdict }
  | { readonly kind: 'cost'; readonly cost: ConnectionCost }
  | { readonly kind: 'tag'; readonly tag: TagCount }
  | { readonly kind: 'prepared'; readonly transaction: PreparedTransaction; readonly serverAt: number }
  | { readonly kind: 'slot'; readonly slot: ReplicationSlot }
  | { readonly kind: 'tview'; readonly name: string; readonly value: string }
  | { readonly kind: 'setting'; readonly setting: SettingAdvice }
  | { readonly kind: 'more'; readonly rest: number };

export const figureNames = [
  'connections',
  'active',
  'idle',
  'idleInTransaction',
  'waiting',
  'longestActive',
  'longestIdleInTransaction',
  'reserved',
] as const;
export type FigureName = (typeof figureNames)[number];

/** Rows of one list that are drawn; the report has all. */
export const mostRows = 100;

/** Rows of a list, as many as are drawn; the last one tells how many more there are. */
export function bounded<T>(
  above: string,
  list: readonly T[],
  rowOf: (each: T) => ServerNode | (ServerFact & { id: string }),
): ServerNode[] {
  const rows: ServerNode[] = list.slice(0, mostRows).map(rowOf);
  const rest = list.length - rows.length;
  return rest > 0 ? [...rows, { kind: 'more', id: `${above}/…`, rest }] : rows;
}
