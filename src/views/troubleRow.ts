import { l10n, MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { showControlCharacters } from '../core/report/controlCharacters.ts';
import type { Trouble, TroubleCategory, TroubleGroup } from '../core/snapshot.ts';
import type { LogNode } from './activeModel.ts';
import { commandIds } from './contributions.ts';
import { factsText, instantText, markdownText, nameText, say, whoText } from './words.ts';

/** A row of the Failures view. */
export type TroubleNode =
  | (LogNode & OfLog)
  | ({
      readonly kind: 'section';
      readonly id: string;
      readonly category: Exclude<TroubleCategory, 'failure'>;
    } & OfLog)
  | ({ readonly kind: 'trouble'; readonly id: string; group: TroubleGroup } & OfLog)
  | ({ readonly kind: 'member'; readonly id: string; readonly trouble: Trouble } & OfLog);

interface OfLog {
  /** Undefined = of the one that is shown. */
  readonly sourceId?: string | undefined;
}

/** The row of a node; `groups` of its section are counted. */
export function troubleRow(
  node: Exclude<TroubleNode, LogNode>,
  sectionSize: (category: TroubleCategory) => number,
): TreeItem {
  switch (node.kind) {
    case 'section':
      return sectionRow(node.id, node.category, sectionSize(node.category));
    case 'trouble':
      return groupRow(node.id, node.group, node.sourceId);
    case 'member':
      return memberRow(node.id, node.trouble, node.sourceId);
  }
}

function sectionRow(id: string, category: TroubleCategory, size: number): TreeItem {
  const title = category === 'ending' ? l10n.t('Sessions ended by the server') : l10n.t('Server problems');
  const item = new TreeItem(title, TreeItemCollapsibleState.Collapsed);
  item.id = id;
  item.description = String(size);
  item.contextValue = 'section';
  item.accessibilityInformation = { label: l10n.t('{0}: {1}', title, size) };
  return item;
}

function groupRow(id: string, group: TroubleGroup, sourceId?: string): TreeItem {
  const { count, members } = group;
  const message = showControlCharacters(group.message);
  const state = count > 1 ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None;
  const label = count > 1 ? l10n.t('×{0} {1}', count, message) : message;
  const item = new TreeItem(label, state);
  item.id = id;
  item.description = factsText([instantText(group.lastAt), fromText(group)]);
  item.iconPath = groupIcon(group);
  item.contextValue = [
    'trouble',
    group.link && 'linked',
    group.category === 'failure' && !group.acknowledged && 'acknowledgeable',
    group.category === 'failure' && 'mutable',
  ]
    .filter((word) => typeof word === 'string')
    .join('.');
  const [newest] = members;
  if (newest !== undefined) item.command = openCommand(newest, sourceId);
  item.accessibilityInformation = { label: factsText([label, item.description]) };
  return item;
}

function groupIcon({ category, acknowledged }: TroubleGroup): ThemeIcon {
  if (acknowledged) return new ThemeIcon('pass');
  switch (category) {
    case 'failure':
      return new ThemeIcon('error', new ThemeColor('problemsErrorIcon.foreground'));
    case 'ending':
      return new ThemeIcon('debug-disconnect', new ThemeColor('problemsWarningIcon.foreground'));
    case 'problem':
      return new ThemeIcon('flame', new ThemeColor('problemsErrorIcon.foreground'));
  }
}

function memberRow(id: string, trouble: Trouble, sourceId?: string): TreeItem {
  const item = new TreeItem(instantText(trouble.at), TreeItemCollapsibleState.None);
  item.id = id;
  item.description = factsText([
    fromText(trouble),
    trouble.pid === undefined ? undefined : l10n.t('process {0}', trouble.pid),
    showControlCharacters(trouble.message),
  ]);
  item.contextValue = 'member';
  item.command = openCommand(trouble, sourceId);
  item.accessibilityInformation = { label: l10n.t('{0}, {1}', instantText(trouble.at), item.description) };
  return item;
}

function openCommand(
  { id }: Trouble,
  sourceId: string | undefined,
): { command: string; title: string; arguments: unknown[] } {
  return {
    command: commandIds.openEntry,
    title: l10n.t('Open in Log'),
    arguments: sourceId === undefined ? [id] : [id, sourceId],
  };
}

/** `bob@shop from 10.0.0.7`, as far as it is known; empty for what happened to the server itself. */
export function fromText({
  user,
  database,
  remoteHost,
}: Pick<Trouble, 'user' | 'database' | 'remoteHost'>): string {
  const who = user === undefined && database === undefined ? '' : whoText(user, database);
  if (remoteHost === undefined) return who;
  return who === ''
    ? l10n.t('from {0}', nameText(remoteHost))
    : l10n.t('{0} from {1}', who, nameText(remoteHost));
}

/** All that the log says of the newest member, what it means and what to do; log text is text, not Markdown. */
export function troubleTooltip(
  group: TroubleGroup,
  trouble: Trouble | undefined = group.members[0],
): MarkdownString {
  const tooltip = new MarkdownString();
  tooltip.isTrusted = false;
  tooltip.supportHtml = false;
  const paragraph = (text: string): void => {
    tooltip.appendMarkdown(`${markdownText(text)}\n\n`);
  };
  const field = (label: string, value: string | undefined): void => {
    if (value === undefined || value === '') return;
    tooltip.appendMarkdown(`**${markdownText(label)}** ${markdownText(value)}\n\n`);
  };
  field(trouble?.severity ?? '', trouble?.message ?? group.message);
  field('DETAIL', trouble?.detail);
  field('HINT', trouble?.hint);
  field('STATEMENT', trouble?.statement);
  const rawLines = trouble?.rawText?.split('\n') ?? [];
  if (rawLines.length > 0) tooltip.appendCodeblock(rawLines.map(showControlCharacters).join('\n'), 'text');
  field('SQLSTATE', trouble?.sqlState ?? group.sqlState);
  tooltip.appendMarkdown('---\n\n');
  paragraph(say(group.meaning));
  paragraph(say(group.nextStep));
  return tooltip;
}
