import { l10n, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import { shortNames } from '../core/report/shortNames.ts';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import type { LogNode } from './activeModel.ts';
import { commandIds } from './contributions.ts';
import type { FollowedLog } from './followedLog.ts';
import { rowItem } from './rowText.ts';
import { factsText, nameText, say, serverText } from './words.ts';

type Logs = Pick<FollowedLog, 'all' | 'status'>;

/** What the row of a log tells; a single one has none. */
export function logRowSays(
  { sourceId, active, newFailures, trouble, serverVersion }: SourceStatus,
  { all, status: shown }: Logs,
): unknown {
  return all.length > 1 && [sourceId === shown?.sourceId, active, newFailures, trouble, serverVersion];
}

/** The row of one of several logs in either tree; a click on it makes it the one that is shown everywhere else. */
export function logRow(node: LogNode, { all, status: shown }: Logs): TreeItem {
  const index = all.findIndex((status) => status.sourceId === node.sourceId);
  const status = all[index];
  // it has just been left
  if (!status) return new TreeItem(node.sourceId);
  const { log, serverVersion, format, active, newFailures, trouble } = status;
  const name = nameText(shortNames(all.map((each) => each.log.path ?? each.log.id))[index]);
  const failed = newFailures > 0 ? l10n.t('failed: {0}', newFailures) : undefined;
  const server = serverVersion === undefined ? undefined : serverText(log, serverVersion, format);
  const isShown = status === shown ? l10n.t('shown') : undefined;
  const problem = trouble && say(trouble);
  const open = { sourceId: node.sourceId };
  return rowItem(node, TreeItemCollapsibleState.Expanded, {
    label: name,
    description: factsText([String(active), failed, server]),
    icon: new ThemeIcon(trouble ? 'warning' : status === shown ? 'eye' : 'server'),
    tooltip: problem ?? nameText(log.path),
    command: { command: commandIds.showLogOf, title: l10n.t('Show This Log'), arguments: [open] },
    spoken: factsText([name, l10n.t('Connected: {0}', active), failed, server, isShown, problem]),
  });
}
