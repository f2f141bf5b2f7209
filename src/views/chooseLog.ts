import {
  l10n,
  type QuickInputButton,
  type QuickPickItem,
  QuickPickItemKind,
  ThemeIcon,
  window,
  workspace,
} from 'vscode';
import type { ConnectionLogging, DiscoveredLog } from '../core/log/logPlace.ts';
import type { EngineClient } from '../engine/client.ts';
import type { FollowTarget } from '../protocol/logQuestions.ts';
import type { ConnectedServer } from './connectedServer.ts';
import { addCommandSource } from './commandSource.ts';
import type { FollowedLog } from './followedLog.ts';
import { localPath } from './localPath.ts';
import { pickedItem } from './pickedItem.ts';
import { readCommandSources } from './settings.ts';
import { factsText, inertText, pathText, say, serverText } from './words.ts';
import type { WorkspaceMemory } from './workspaceMemory.ts';

interface LogItem extends QuickPickItem {
  readonly log?: DiscoveredLog;
  readonly run?: () => Promise<void>;
}

/** What a log is chosen with. */
export interface LogPick {
  readonly engine: Pick<EngineClient, 'ask'>;
  readonly followed: FollowedLog;
  readonly memory: WorkspaceMemory;
  readonly home: string | undefined;
  readonly server: Pick<ConnectedServer, 'remoteId' | 'status'>;
  /** It is followed beside the others. */
  readonly isAnother: boolean;
  readonly follow: (target: FollowTarget) => Promise<void>;
}

/**
 * Lets the user choose among the discovered logs, those from elsewhere, or name a file or folder; ends when one is
 * followed.
 */
export async function chooseLog(parts: LogPick): Promise<void> {
  const { followed, memory, home } = parts;
  const pick = window.createQuickPick<LogItem>();
  pick.title = parts.isAnother
    ? l10n.t('Choose another PostgreSQL log to follow beside')
    : l10n.t('Choose the PostgreSQL log to follow');
  pick.placeholder = l10n.t('Server, version, port or path');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;
  const chosen = pickedItem(pick);
  pick.onDidTriggerItemButton(async ({ item }) => {
    const id = item.log?.id;
    if (id === undefined) return;
    await memory.pin(memory.pinnedId === id ? undefined : id);
    pick.items = pick.items.map((each) => (each.log ? logItem(each.log, followed, memory, home) : each));
  });
  pick.show();
  const others = [...elsewhereItems(parts), ...otherItems(parts)];
  pick.items = others;
  const { logs } = await followed.choice.discover().catch((error: unknown) => {
    // nobody waits for what would be accepted
    pick.hide();
    throw error;
  });
  pick.busy = false;
  pick.items = [...logs.map((log) => logItem(log, followed, memory, home)), ...others];
  const item = await chosen;
  if (item?.log?.problem)
    await window.showInformationMessage(inertText(say(item.log.problem)), { modal: true });
  else if (item?.log) await parts.follow({ discoveredId: item.log.id });
  else await item?.run?.();
}

function logItem(
  log: DiscoveredLog,
  followed: FollowedLog,
  memory: WorkspaceMemory,
  home: string | undefined,
): LogItem {
  const isFollowed = followed.all.some((status) => status.log.id === log.id);
  const icon = log.problem
    ? '$(warning)'
    : isFollowed
      ? '$(check)'
      : log.running
        ? '$(database)'
        : '$(circle-slash)';
  return {
    label: `${icon} ${inertText(serverText(log))}`,
    description: factsText([
      log.port === undefined ? undefined : l10n.t('port {0}', log.port),
      log.running ? l10n.t('running') : l10n.t('not running'),
      log.format,
      loggingText(log.connectionLogging),
    ]),
    detail: inertText(log.problem ? say(log.problem) : (pathText(log.path, home) ?? '')),
    buttons: log.problem ? [] : [pinButton(memory.pinnedId === log.id)],
    log,
  };
}

function pinButton(isPinned: boolean): QuickInputButton {
  return isPinned
    ? { iconPath: new ThemeIcon('pinned'), tooltip: l10n.t('Unpin: follow a server that is started later') }
    : {
        iconPath: new ThemeIcon('pin'),
        tooltip: l10n.t('Pin: stay with this log when a server is started later'),
      };
}

function loggingText(logging: ConnectionLogging): string | undefined {
  switch (logging) {
    case 'on':
      return l10n.t('connection logging on');
    case 'partly':
      return l10n.t('connection logging partly on');
    case 'off':
      return l10n.t('connection logging off');
    case 'unknown':
      return undefined;
  }
}

/** The commands of the settings, and the log of a server that is connected. */
function elsewhereItems(parts: LogPick): LogItem[] {
  const { engine, followed } = parts;
  const { remoteId, status } = parts.server;
  const isFollowed = (id: string): string =>
    followed.all.some((each) => each.log.id === id) ? '$(check)' : '';
  const items: LogItem[] = readCommandSources().map(({ name, command }) => ({
    label: `${isFollowed(`command ${name}`) || '$(terminal)'} ${inertText(name)}`,
    detail: inertText(typeof command === 'string' ? command : command.join(' ')),
    run: () => parts.follow({ commandName: name }),
  }));
  if (remoteId !== undefined)
    items.push({
      label: `${isFollowed(`log of ${remoteId}`) || '$(remote)'} ${inertText(status?.label ?? '')}`,
      detail: l10n.t('The log of the connected server, read over the connection'),
      run: () => parts.follow({ serverId: remoteId }),
    });
  if (workspace.isTrusted)
    items.push({
      label: l10n.t('$(add) Add a command…'),
      detail: l10n.t('The output of docker logs, kubectl logs, journalctl, ssh or any other command'),
      run: () => addCommandSource(engine, parts.follow),
    });
  return items.length > 0
    ? [{ label: l10n.t('From elsewhere'), kind: QuickPickItemKind.Separator }, ...items]
    : [];
}

function otherItems(parts: LogPick): LogItem[] {
  const { followed, isAnother } = parts;
  const automatically: LogItem = {
    label: l10n.t('$(sparkle) Choose automatically'),
    detail: l10n.t(
      'Forget what was chosen and pinned: the server of this workspace, or the one started last',
    ),
    run: async () => {
      await followed.choice.remember(undefined);
      await followed.lookAgain();
    },
  };
  return [
    { label: '', kind: QuickPickItemKind.Separator },
    ...(isAnother ? [] : [automatically]),
    { label: l10n.t('$(file) Choose a file…'), run: () => chooseByDialog(parts, 'file') },
    { label: l10n.t('$(folder) Choose a folder…'), run: () => chooseByDialog(parts, 'folder') },
  ];
}

async function chooseByDialog(parts: LogPick, kind: 'file' | 'folder'): Promise<void> {
  const [uri] =
    (await window.showOpenDialog({
      canSelectFiles: kind === 'file',
      canSelectFolders: kind === 'folder',
      openLabel: l10n.t('Follow'),
      title:
        kind === 'file' ? l10n.t('Choose a PostgreSQL log') : l10n.t('Choose a folder of PostgreSQL logs'),
    })) ?? [];
  if (uri !== undefined) await parts.follow({ path: localPath(uri) });
}
