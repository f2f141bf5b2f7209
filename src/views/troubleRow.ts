import { l10n, MarkdownString, ThemeIcon, type TreeItem, TreeItemCollapsibleState } from 'vscode';
import { showControlCharacters } from '../core/report/controlCharacters.ts';
import type { Trouble, TroubleCategory, TroubleGroup } from '../core/snapshot/troubleLists.ts';
import type { LogNode } from './activeModel.ts';
import { commandIds } from './contributions.ts';
import { errorColor, rowItem, type RowText, warningColor } from './rowText.ts';
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
      return sectionRow(node, sectionSize(node.category));
    case 'trouble':
      return groupRow(node);
    case 'member':
      return memberRow(node);
  }
}

function sectionRow(node: TroubleNode & { kind: 'section' }, size: number): TreeItem {
  const label =
    node.category === 'ending' ? l10n.t('Sessions ended by the server') : l10n.t('Server problems');
  const spoken = l10n.t('{0}: {1}', label, size);
  return rowItem(node, TreeItemCollapsibleState.Collapsed, { label, description: String(size), spoken });
}

function groupRow(node: TroubleNode & { kind: 'trouble' }): TreeItem {
  const { count, members, category, link, acknowledged, lastAt } = node.group;
  const message = showControlCharacters(node.group.message);
  const repeated = (text: string): string => (count > 1 ? l10n.t('×{0} {1}', count, text) : text);
  const description = factsText([instantText(lastAt), fromText(node.group)]);
  const [newest] = members;
  const isFailure = category === 'failure';
  const words = [link && 'linked', isFailure && !acknowledged && 'acknowledgeable', isFailure && 'mutable'];
  const { Collapsed, None } = TreeItemCollapsibleState;
  return rowItem(node, count > 1 ? Collapsed : None, {
    label: repeated(userFirst(message)),
    description,
    spoken: factsText([repeated(message), description, acknowledged ? l10n.t('acknowledged') : undefined]),
    icon: groupIcon(node.group),
    contextValue: ['trouble', ...words].filter((word) => typeof word === 'string').join('.'),
    command: newest && openCommand(newest, node.sourceId),
  });
}

/** Many messages end with the user, where a row is cut: rows of several users would look the same. */
function userFirst(message: string): string {
  const [, what, user] = /^(.+) for user (".+")$/.exec(message) ?? [];
  return what !== undefined && user !== undefined ? l10n.t('{0}: {1}', user, what) : message;
}

function groupIcon({ category, acknowledged }: TroubleGroup): ThemeIcon {
  if (acknowledged) return new ThemeIcon('pass');
  switch (category) {
    case 'failure':
      return new ThemeIcon('error', errorColor);
    case 'ending':
      return new ThemeIcon('debug-disconnect', warningColor);
    case 'problem':
      return new ThemeIcon('flame', errorColor);
  }
}

function memberRow(node: TroubleNode & { kind: 'member' }): TreeItem {
  const { trouble, sourceId } = node;
  const label = instantText(trouble.at);
  const description = factsText([
    fromText(trouble),
    trouble.pid === undefined ? undefined : l10n.t('process {0}', trouble.pid),
    showControlCharacters(trouble.message),
  ]);
  const command = openCommand(trouble, sourceId);
  const spoken = l10n.t('{0}, {1}', label, description);
  return rowItem(node, TreeItemCollapsibleState.None, { label, description, command, spoken });
}

function openCommand({ id }: Trouble, sourceId: string | undefined): RowText['command'] {
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

/**
 * All that the log says of a member, or of the newest and how often it was repeated; what it means and what to do. Log
 * text is text, not Markdown.
 */
export function troubleTooltip(group: TroubleGroup, member?: Trouble): MarkdownString {
  const trouble = member ?? group.members[0];
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
  paragraph(
    factsText([
      instantText(trouble?.at ?? group.lastAt),
      fromText(trouble ?? group),
      trouble?.pid === undefined ? undefined : l10n.t('process {0}', trouble.pid),
    ]),
  );
  if (member === undefined && group.count > 1)
    paragraph(l10n.t('{0} times, the first at {1}', group.count, instantText(group.firstAt)));
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
