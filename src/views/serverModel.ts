import type { Backend, PreparedTransaction, ReplicationSlot } from '../core/server/activity.ts';
import { findingIdentity, type Finding } from '../core/server/finding.ts';
import type {
  BlockedBy,
  ConnectionCost,
  LeakVerdict,
  Overview,
  ServerSnapshot,
  SettingAdvice,
  TagCount,
} from '../core/server/serverSnapshot.ts';
import type { LimitCount } from '../core/server/limits.ts';
import type { NameCount } from '../core/snapshot.ts';
import { namedId } from './rowId.ts';

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

/** All rows of a snapshot. What there is nothing of has no section. */
export function serverNodes(snapshot: ServerSnapshot): readonly ServerNode[] {
  return serverSections.flatMap((section) => {
    const id = section;
    const rows = rowsOf(section, snapshot);
    if (rows.length === 0) return [];
    const count = section === 'overview' || section === 'settings' ? undefined : countOf(section, snapshot);
    return [{ kind: 'section', id, section, count, children: rows } satisfies ServerNode];
  });
}

function rowsOf(section: ServerSection, snapshot: ServerSnapshot): readonly ServerNode[] {
  const { serverAt, overview } = snapshot;
  switch (section) {
    case 'overview':
      return figureNames.map((figure) => ({ kind: 'figure', id: `overview/${figure}`, figure, overview }));
    case 'findings':
      return bounded(section, snapshot.findings, (finding) => findingRow(finding, snapshot));
    case 'blocked':
      return bounded(section, snapshot.blocking, (chain) => chainRow(chain, 'blocked', snapshot));
    case 'sessions':
      return sessionRows(snapshot);
    case 'clients':
      return bounded(section, snapshot.byClient, (client) => ({
        ...{ kind: 'client', id: namedId('clients', client.name), client },
      }));
    case 'limits':
      return bounded(section, snapshot.limits, (limit) => ({
        ...{ kind: 'limit', id: `limits/${limit.kind} ${limit.name}`, limit },
      }));
    case 'applications':
      return applicationRows(snapshot);
    case 'tags':
      return bounded(
        section,
        snapshot.tags.filter(({ pids }) => pids.length > 0),
        (tag) => {
          const id = namedId('tags', tag.tag);
          return { kind: 'tag', id, tag, children: backendRows(id, tag.pids, snapshot) };
        },
      );
    case 'holders':
      return holderRows(snapshot, serverAt);
    case 'tviews':
      return tviewRows(snapshot);
    case 'settings':
      return bounded(section, snapshot.settings, (setting) => ({
        ...{ kind: 'setting', id: `settings/${setting.name}`, setting },
      }));
    case 'background':
      return bounded(section, snapshot.background, (backend) => backendRow('background', backend, serverAt));
  }
}

function countOf(section: ServerSection, snapshot: ServerSnapshot): number {
  switch (section) {
    case 'findings':
      return snapshot.findings.filter((finding) => !snapshot.silenced.includes(findingIdentity(finding)))
        .length;
    case 'blocked':
      return snapshot.blocking.reduce((sum, chain) => sum + waitersOf(chain), 0);
    case 'sessions':
      return snapshot.overview.total;
    case 'clients':
      return snapshot.byClient.length;
    case 'background':
      return snapshot.overview.background;
    case 'limits':
      return snapshot.limits.length;
    case 'applications':
      return new Set([...snapshot.leaks, ...snapshot.cost].map(({ application }) => application)).size;
    case 'tags':
      return snapshot.tags.reduce((sum, { pids }) => sum + pids.length, 0);
    case 'holders':
      return snapshot.preparedTransactions.length + snapshot.replicationSlots.length;
    case 'overview':
    case 'settings':
    case 'tviews':
      return 0;
  }
}

/** How many wait for it, directly or behind others. */
export function waitersOf({ waiters }: BlockedBy): number {
  return waiters.reduce((sum, each) => sum + 1 + waitersOf(each), 0);
}

function findingRow(finding: Finding, snapshot: ServerSnapshot): ServerNode {
  const id = `findings/${findingIdentity(finding)}`;
  const isSilenced = snapshot.silenced.includes(findingIdentity(finding));
  return { kind: 'finding', id, finding, isSilenced, children: backendRows(id, finding.pids, snapshot) };
}

function chainRow(chain: BlockedBy, above: string, snapshot: ServerSnapshot): ServerNode {
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

function sessionRows(snapshot: ServerSnapshot): ServerNode[] {
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

function backendRows(above: string, pids: readonly number[], snapshot: ServerSnapshot): ServerNode[] {
  const byPid = new Map(allOf(snapshot).map((backend) => [backend.pid, backend]));
  const known = pids.flatMap((pid) => byPid.get(pid) ?? []);
  return bounded(above, known, (backend) => backendRow(above, backend, snapshot.serverAt));
}

function backendRow(above: string, backend: Backend, serverAt: number): ServerNode {
  return { kind: 'backend', id: `${above}/${backend.pid}`, backend, serverAt, waiters: 0 };
}

function allOf({ sessions, background }: ServerSnapshot): readonly Backend[] {
  return [...sessions, ...background];
}

function applicationRows({ leaks, cost }: ServerSnapshot): ServerNode[] {
  return [
    ...bounded('leaks', leaks, (leak) => ({
      ...{ kind: 'leak', id: namedId(namedId('leaks', leak.user), leak.application), leak },
    })),
    ...bounded('cost', cost, (each) => ({
      ...{ kind: 'cost', id: namedId('cost', each.application), cost: each },
    })),
  ];
}

function holderRows(
  { preparedTransactions, replicationSlots }: ServerSnapshot,
  serverAt: number,
): ServerNode[] {
  return [
    ...bounded('prepared', preparedTransactions, (transaction) => ({
      ...{ kind: 'prepared', id: `prepared/${transaction.gid}`, transaction, serverAt },
    })),
    ...bounded('slots', replicationSlots, (slot) => ({ kind: 'slot', id: `slots/${slot.name}`, slot })),
  ];
}

function tviewRows({ tviews }: ServerSnapshot): ServerNode[] {
  if (!tviews) return [];
  const { version, tviews: count, queue } = tviews;
  const figures: [string, string | number | undefined][] = [
    ['version', version],
    ['tviews', count],
    ...Object.entries(queue),
  ];
  return figures.flatMap(([name, value]) =>
    value === undefined ? [] : [{ kind: 'tview', id: `tviews/${name}`, name, value: String(value) }],
  );
}

function bounded<T>(
  above: string,
  list: readonly T[],
  rowOf: (each: T) => ServerNode | (ServerFact & { id: string }),
): ServerNode[] {
  const rows: ServerNode[] = list.slice(0, mostRows).map(rowOf);
  const rest = list.length - rows.length;
  return rest > 0 ? [...rows, { kind: 'more', id: `${above}/…`, rest }] : rows;
}
