import { l10n, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { SourceStatus } from '../core/snapshot.ts';
import { commandIds } from './contributions.ts';
import { factsText, inertText, say, serverText } from './words.ts';

/** The row of one of several logs in either tree; a click on it makes it the one that is shown everywhere else. */
export function logRow(
  { id, sourceId }: { readonly id: string; readonly sourceId: string },
  status: SourceStatus | undefined,
  isShown: boolean,
): TreeItem {
  // it has just been left
  if (!status) return new TreeItem(sourceId);
  const { log, serverVersion, format, active, newFailures, trouble } = status;
  const name = serverText(log, serverVersion, format);
  const item = new TreeItem(name, TreeItemCollapsibleState.Expanded);
  item.id = id;
  item.description = factsText([
    l10n.t('Connected: {0}', active),
    newFailures > 0 ? l10n.t('failed: {0}', newFailures) : undefined,
    inertText(log.path ?? ''),
  ]);
  item.iconPath = new ThemeIcon(trouble ? 'warning' : isShown ? 'eye' : 'server');
  item.contextValue = 'log';
  item.tooltip = trouble ? say(trouble) : (log.path ?? name);
  item.command = { command: commandIds.showLogOf, title: l10n.t('Show This Log'), arguments: [{ sourceId }] };
  item.accessibilityInformation = {
    label: factsText([name, item.description, isShown ? l10n.t('shown') : undefined]),
  };
  return item;
}
