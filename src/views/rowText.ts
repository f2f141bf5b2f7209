import {
  type Command,
  l10n,
  type MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  type TreeItemCollapsibleState,
} from 'vscode';
import type { Finding } from '../core/server/finding.ts';
import { factsText, inPlace, say } from './words.ts';

/** What a row says, before it is a tree item. */
export interface RowText {
  readonly label: string;
  readonly description?: string | undefined;
  readonly icon?: ThemeIcon | undefined;
  /** For the `when` clauses of package.json; the kind of the node if it is not said. */
  readonly contextValue?: string;
  readonly tooltip?: MarkdownString | string | undefined;
  /** What a click does. */
  readonly command?: Command | undefined;
  /** For who hears the row; its label and description if it is not said. */
  readonly spoken?: string;
}

export const warningColor = new ThemeColor('problemsWarningIcon.foreground');
export const errorColor = new ThemeColor('problemsErrorIcon.foreground');

/** The tree item of a node's row. */
export function rowItem(
  { id, kind }: { readonly id: string; readonly kind: string },
  state: TreeItemCollapsibleState,
  { label, description, icon, contextValue = kind, tooltip, command, spoken }: RowText,
): TreeItem {
  const item = new TreeItem(inPlace(label), state);
  item.id = id;
  item.description = inPlace(description ?? '');
  item.contextValue = contextValue;
  if (icon) item.iconPath = icon;
  if (tooltip !== undefined) item.tooltip = tooltip;
  if (command) item.command = command;
  item.accessibilityInformation = { label: spoken ?? factsText([label, description]) };
  return item;
}

/** What a finding says, of a server or of a pool. */
export function findingText(finding: Pick<Finding, 'severity' | 'sentence' | 'nextStep'>): RowText {
  const label = say(finding.sentence);
  const isCritical = finding.severity === 'critical';
  const icon = isCritical ? new ThemeIcon('error', errorColor) : new ThemeIcon('warning', warningColor);
  const spoken = factsText([isCritical ? l10n.t('critical') : l10n.t('warning'), label]);
  return { label, icon, spoken, tooltip: `${label}\n\n${say(finding.nextStep)}` };
}
