import { l10n, MarkdownString, ThemeIcon, type TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Dimension } from '../core/session/filter.ts';
import type { SessionDetails, SessionRow } from '../core/snapshot/openSessions.ts';
import type {
  ActiveNode,
  DimensionNode,
  GroupNode,
  LogNode,
  MoreNode,
  ReplicationNode,
  SessionNode,
  StepNode,
} from './activeModel.ts';
import { commandIds } from './contributions.ts';
import { rowItem } from './rowText.ts';
import { dimensionText, factsText, instantText, markdownText, nameText, spanText, whoText } from './words.ts';

/** What a row needs beside its node. */
export interface ActiveRowContext {
  /** Open sessions that the filter lets through. */
  readonly total: number;
  /** Walsenders that the filter lets through. */
  readonly walsenders: number;
  /** Up to when ages count, ms since the epoch. */
  readonly now: number;
}

/** The row of a node, but for its tooltip, which is asked for when it is wanted. */
export function activeRow(
  node: Exclude<ActiveNode, LogNode | StepNode>,
  context: ActiveRowContext,
): TreeItem {
  switch (node.kind) {
    case 'dimension':
      return dimensionRow(node, context.total);
    case 'replication':
      return replicationRow(node, context.walsenders);
    case 'group':
      return groupRow(node);
    case 'session':
      return sessionRow(node, context.now);
    case 'more':
      return moreRow(node);
  }
}

const icons: Readonly<Record<Dimension, string>> = {
  database: 'database',
  user: 'account',
  application: 'window',
  host: 'vm',
};

function dimensionRow(node: DimensionNode, total: number): TreeItem {
  const { Expanded, Collapsed } = TreeItemCollapsibleState;
  const label = dimensionText(node.dimension);
  const spoken = l10n.t('{0}: {1} connected', label, total);
  const state = node.dimension === 'database' ? Expanded : Collapsed;
  return rowItem(node, state, { label, description: String(total), spoken });
}

function replicationRow(node: ReplicationNode, walsenders: number): TreeItem {
  const label = l10n.t('Replication');
  const spoken = l10n.t('Replication: {0}', walsenders);
  const description = String(walsenders);
  return rowItem(node, TreeItemCollapsibleState.Collapsed, { label, description, spoken });
}

function groupRow(node: GroupNode): TreeItem {
  const { dimension, name, count } = node;
  const spoken = l10n.t('{0}: {1} connected', nameText(name), count);
  return rowItem(node, TreeItemCollapsibleState.Collapsed, {
    label: nameText(name),
    description: String(count),
    icon: new ThemeIcon(name === undefined ? 'question' : icons[dimension]),
    contextValue: name === undefined ? 'group.unknown' : 'group.named',
    tooltip: spoken,
    spoken,
  });
}

function sessionRow(node: SessionNode, now: number): TreeItem {
  const { dimension, row } = node;
  const label = sessionName(row);
  const description = sessionFacts(row, dimension, now);
  const icon = new ThemeIcon(row.replication ? 'sync' : row.beforeClear ? 'history' : 'plug');
  const spoken = l10n.t('Session {0}: {1}', label, description);
  return rowItem(node, TreeItemCollapsibleState.None, { label, description, icon, spoken });
}

function moreRow(node: MoreNode): TreeItem {
  const label = l10n.t('Show more…');
  return rowItem(node, TreeItemCollapsibleState.None, {
    label,
    description: l10n.t('{0} not shown', node.rest),
    command: { command: commandIds.showMore, title: label, arguments: [node.branch] },
    spoken: l10n.t('Show more: {0} not shown', node.rest),
  });
}

/** The pid, else the session id. */
export function sessionName({ pid, sessionId, key }: SessionRow): string {
  return String(pid ?? sessionId ?? key);
}

/** Everything that one line has room for, most telling first; what the rows above it say is left out. */
export function sessionFacts(row: SessionRow, dimension: Dimension | undefined, now: number): string {
  const { user, database, applicationName, applicationLatest, remoteHost, connectedAt } = row;
  return factsText([
    whoBelow(dimension, user, database),
    row.replication ? l10n.t('replication') : undefined,
    dimension === 'application' && applicationLatest === undefined
      ? undefined
      : nameText(applicationLatest ?? applicationName),
    liveText(row),
    connectedAt === undefined ? undefined : spanText(now - connectedAt),
    dimension === 'host' ? undefined : nameText(remoteHost),
    row.beforeClear ? l10n.t('from before Clear') : undefined,
  ]);
}

/** What the session does, as its server told last: its state, how long it has been so, and what it waits for. */
function liveText({
  state,
  waitEventType,
  blockedBy,
  queryAgeMs,
  stateAgeMs,
  transactionAgeMs,
}: SessionRow): string | undefined {
  if (state === undefined) return undefined;
  const ageMs =
    state === 'active' ? queryAgeMs : state.startsWith('idle in transaction') ? transactionAgeMs : stateAgeMs;
  const wait =
    waitEventType !== 'Lock'
      ? undefined
      : l10n.t('waits for {0}', blockedBy?.length ? blockedBy.join(', ') : l10n.t('a lock'));
  const doing = ageMs === undefined ? state : l10n.t('{0} for {1}', state, spanText(ageMs));
  return factsText([doing, wait]);
}

function whoBelow(
  dimension: Dimension | undefined,
  user: string | undefined,
  database: string | undefined,
): string {
  switch (dimension) {
    case 'database':
      return nameText(user);
    case 'user':
      return nameText(database);
    default:
      return whoText(user, database);
  }
}

/** Label and value of everything known of a session, in the order to be read. */
export function sessionFields(session: SessionDetails): (readonly [label: string, value: string])[] {
  const ms = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : l10n.t('{0} ms', value);
  const fields: (readonly [string, string | undefined])[] = [
    [l10n.t('Process'), session.pid === undefined ? undefined : String(session.pid)],
    [l10n.t('Session'), session.sessionId],
    [l10n.t('User'), nameText(session.user)],
    [l10n.t('Database'), nameText(session.database)],
    [
      l10n.t('Names'),
      session.namesAreGuessed === true ? l10n.t('could be told apart otherwise too') : undefined,
    ],
    [l10n.t('Application'), nameText(session.applicationName)],
    [l10n.t('Application now'), session.applicationLatest],
    [l10n.t('Host'), nameText(session.remoteHost)],
    [l10n.t('Client port'), session.remotePort === undefined ? undefined : String(session.remotePort)],
    [l10n.t('Connected'), instantText(session.connectedAt)],
    [l10n.t('Replication'), session.replication ? l10n.t('yes') : undefined],
    [l10n.t('Authentication'), session.authenticationMethod],
    [l10n.t('Identity'), session.authenticatedIdentity],
    [l10n.t('Let in by'), session.hbaRule],
    [l10n.t('TLS'), session.tls],
    [l10n.t('GSS'), session.gss],
    [l10n.t('Set-up time'), ms(session.setupTotalMs)],
    [l10n.t('Set-up time, fork'), ms(session.setupForkMs)],
    [l10n.t('Set-up time, authentication'), ms(session.setupAuthenticationMs)],
  ];
  return fields.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}

/** Fields as a tooltip: what the log says is text in it, neither Markdown nor a command. */
export function fieldsTooltip(fields: readonly (readonly [string, string])[]): MarkdownString {
  const tooltip = new MarkdownString();
  tooltip.isTrusted = false;
  tooltip.supportHtml = false;
  for (const [label, value] of fields) {
    tooltip.appendMarkdown(`**${markdownText(label)}** ${markdownText(value)}  \n`);
  }
  return tooltip;
}
