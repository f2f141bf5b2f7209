import { l10n, ThemeIcon, type TreeItem, TreeItemCollapsibleState } from 'vscode';
import type {
  PoolRow,
  PoolSnapshot,
  PoolStatus,
  ServerCount,
  TracedClient,
} from '../core/pool/poolSnapshot.ts';
import { showControlCharacters } from '../core/report/controlCharacters.ts';
import type { TroubleGroup } from '../core/snapshot/troubleLists.ts';
import { commandIds } from './contributions.ts';
import type { PoolNode } from './poolModel.ts';
import { figureRow, nowFacts, waitText } from './poolText.ts';
import { errorColor, findingText, rowItem, type RowText, warningColor } from './rowText.ts';
import { factsText, instantText, nameText, say, spanText, whoText } from './words.ts';

/** As wide as an icon: a row without one is not below the rows beside it. */
const noIcon = new ThemeIcon('blank');

/** The row of a node. Tooltips are texts, never Markdown: what a log or a console calls things is in them. */
export function poolTreeItem(node: PoolNode): TreeItem {
  const text = poolRowText(node);
  const tooltip = text.tooltip ?? factsText([text.label, text.description]);
  const [newest] = node.kind === 'trouble' ? node.group.members : [];
  const command = newest && {
    command: commandIds.openPoolEntry,
    title: l10n.t('Open in Log'),
    arguments: [node.poolId, newest.id],
  };
  return rowItem(node, stateOf(node), { ...text, tooltip, command });
}

function stateOf(node: PoolNode): TreeItemCollapsibleState {
  if (node.kind === 'application') return TreeItemCollapsibleState.Collapsed;
  // also while there is nothing below it: the editor would leave closed what cannot be opened at first
  if (node.kind === 'source') return TreeItemCollapsibleState.Expanded;
  if ((node.children?.length ?? 0) === 0) return TreeItemCollapsibleState.None;
  return node.kind === 'through' ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
}

/** What a row says. */
export function poolRowText(node: PoolNode): RowText {
  switch (node.kind) {
    case 'source':
      return sourceText(node.status, node.snapshot);
    case 'remark':
      return { label: say(node.sentence), icon: new ThemeIcon('info') };
    case 'finding':
      return findingText(node.finding);
    case 'pool':
      return poolText(node.pool, node.sumOf);
    case 'figure':
      return { icon: noIcon, ...figureRow(node.figure, node.pool) };
    case 'through':
      return {
        label: l10n.t('Through the pooler'),
        description: throughText(node.snapshot),
        icon: new ThemeIcon('arrow-swap'),
      };
    default:
      return lowerText(node);
  }
}

function lowerText(
  node: Extract<PoolNode, { kind: 'application' | 'client' | 'onServer' | 'troubles' | 'trouble' | 'more' }>,
): RowText {
  switch (node.kind) {
    case 'application': {
      const { name, clients, linked, waiting } = node.application;
      return {
        label: nameText(name),
        description: factsText([
          clientsText(clients),
          l10n.t('{0} with a backend', linked),
          waiting > 0 ? l10n.t('{0} waiting', waiting) : undefined,
          ...node.counts.map(countText),
        ]),
        icon: new ThemeIcon('window', waiting > 0 ? warningColor : undefined),
      };
    }
    case 'client':
      return clientText(node.client);
    case 'onServer':
      return {
        label: l10n.t('Connections of {0}', nameText(node.counted.application)),
        description: countText(node.counted),
        icon: new ThemeIcon('database'),
      };
    case 'troubles':
      return {
        label: l10n.t('Turned away and given up'),
        description: String(node.count),
        icon: new ThemeIcon('error', errorColor),
      };
    case 'trouble':
      return troubleText(node.group);
    case 'more':
      return { label: l10n.t('{0} more', node.rest), icon: noIcon };
  }
}

function sourceText(status: PoolStatus, snapshot: PoolSnapshot | undefined): RowText {
  const { label, origin, state, critical, warnings, target } = status;
  const worst =
    critical > 0
      ? new ThemeIcon('error', errorColor)
      : warnings > 0
        ? new ThemeIcon('warning', warningColor)
        : new ThemeIcon(origin === 'console' || target.kind === 'console' ? 'server-environment' : 'output');
  const [only, another] = snapshot?.pools ?? [];
  return {
    label: showControlCharacters(label),
    description: factsText([
      originText(status, snapshot),
      another || !snapshot ? undefined : only && nowFacts(only),
      stateText(state),
    ]),
    icon:
      state === 'waiting' || state === 'refused' ? new ThemeIcon('debug-disconnect', warningColor) : worst,
    contextValue: sourceContext(status),
    tooltip: target.kind === 'console' ? target.uri : target.path,
  };
}

function sourceContext({ origin, path }: PoolStatus): string {
  if (origin === 'poolerLog') return 'source.poolerLog';
  return path === undefined ? 'source.console' : 'source.log';
}

function originText({ origin }: PoolStatus, snapshot: PoolSnapshot | undefined): string | undefined {
  switch (origin) {
    case 'console':
      return snapshot?.pooler ? `PgBouncer ${showControlCharacters(snapshot.pooler.version)}` : 'PgBouncer';
    case 'poolerLog':
      return l10n.t('log of a PgBouncer');
    case 'applicationLog':
      return [...new Set(snapshot?.pools.map(({ kind }) => kind))].join(', ');
    case 'unknown':
      return undefined;
  }
}

function stateText(state: PoolStatus['state']): string | undefined {
  switch (state) {
    case 'reading':
      return l10n.t('reading…');
    case 'waiting':
      return l10n.t('does not answer');
    case 'refused':
      return l10n.t('refused');
    case 'following':
    case 'removed':
      return undefined;
  }
}

function poolText(pool: PoolRow, sumOf: number | undefined): RowText {
  const { now } = pool;
  const isWaiting = (now.waiting ?? 0) > 0;
  return {
    label: sumOf === undefined ? nameText(pool.name) : l10n.t('All {0} pools', sumOf),
    description: nowFacts(pool),
    icon: new ThemeIcon(sumOf === undefined ? 'layers' : 'combine', isWaiting ? warningColor : undefined),
    contextValue: poolContext(pool, sumOf),
  };
}

/** A PgBouncer's log does not tell what is in use: its pools have no chart. */
function poolContext({ kind, now }: PoolRow, sumOf: number | undefined): string {
  if (kind === 'pgbouncer' && now.checkedOut === undefined) return 'pool.poolerLog';
  return sumOf === undefined ? 'pool' : 'pool.sum';
}

function throughText({ pooler, applications }: PoolSnapshot): string {
  const clients = applications.reduce((sum, each) => sum + each.clients, 0);
  if (pooler?.maxClients === undefined) return clientsText(clients);
  return factsText([clientsText(clients), l10n.t('{0} allowed', pooler.maxClients)]);
}

function clientsText(count: number): string {
  return count === 1 ? l10n.t('1 client') : l10n.t('{0} clients', count);
}

function countText({ count, by }: ServerCount): string {
  return by === 'server'
    ? l10n.t('the server counts {0}', count)
    : l10n.t('the server’s log counts {0}', count);
}

/** `10.0.0.7:4711 → backend 4121 · idle in transaction, 3 s`: one row from the client to the backend. */
function clientText(client: TracedClient): RowText {
  const { clientAddress, clientPort, server, backend, user, database, state, waitMs } = client;
  const from = showControlCharacters(
    clientPort === undefined ? clientAddress : `${clientAddress}:${clientPort}`,
  );
  if (!server)
    return {
      label: from,
      description: factsText([
        whoText(user, database),
        showControlCharacters(state),
        waitMs > 0 ? waitText(waitMs) : undefined,
      ]),
      icon: new ThemeIcon(waitMs > 0 ? 'watch' : 'circle-outline', waitMs > 0 ? warningColor : undefined),
    };
  const at = showControlCharacters(
    server.port === undefined ? server.address : `${server.address}:${server.port}`,
  );
  const pid = server.backendPid === undefined ? l10n.t('unknown') : String(server.backendPid);
  const doing =
    backend?.state !== undefined && backend.stateAgeMs !== undefined
      ? l10n.t('{0} for {1}', backend.state, spanText(backend.stateAgeMs))
      : backend?.state;
  return {
    label: l10n.t('{0} → backend {1}', from, pid),
    description: factsText([whoText(user, database), doing]),
    icon: new ThemeIcon('arrow-right'),
    contextValue: 'client.linked',
    tooltip: l10n.t(
      'Client {0} works through server connection {1} of the pooler, at {2}: backend {3}.',
      from,
      showControlCharacters(server.server),
      at,
      pid,
    ),
  };
}

function troubleText(group: TroubleGroup): RowText {
  const { count, members, lastAt, user, database } = group;
  const pool = members[0]?.applicationName;
  const message = showControlCharacters(group.message);
  const who = user === undefined && database === undefined ? undefined : whoText(user, database);
  return {
    label: count > 1 ? l10n.t('×{0} {1}', count, message) : message,
    description: factsText([instantText(lastAt), pool === undefined ? who : nameText(pool)]),
    icon: new ThemeIcon('error', errorColor),
    tooltip: `${message}\n\n${say(group.meaning)}\n${say(group.nextStep)}`,
  };
}
