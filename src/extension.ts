import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { type ExtensionContext, l10n, type LogOutputChannel, window, workspace } from 'vscode';
import { EngineClient } from './engine/client.ts';
import type { WorkspaceHints } from './protocol/logQuestions.ts';
import { ActiveTree } from './views/activeTree.ts';
import { askPassword as askOnePassword } from './views/askPassword.ts';
import { ClientPlaces } from './views/clientPlace.ts';
import { registerCommands, showFailure } from './views/commands.ts';
import { ConnectedServer } from './views/connectedServer.ts';
import { settingIds, settingsSection, viewIds } from './views/contributions.ts';
import { Dashboard } from './views/dashboardView.ts';
import { FailuresTree } from './views/failuresTree.ts';
import { FollowedLog } from './views/followedLog.ts';
import { inTurn } from './views/inTurn.ts';
import { keptPasswords } from './views/keptPasswords.ts';
import { LoggingCommands, LoggingUndos } from './views/loggingCommand.ts';
import { retryWhileSeen } from './views/logRetry.ts';
import { Notifications } from './views/notifications.ts';
import { openEntry } from './views/openEntry.ts';
import { Pools } from './views/pools.ts';
import { ReadOnlyTexts } from './views/readOnlyTexts.ts';
import { ServerAlerts } from './views/serverAlerts.ts';
import { readServerSettings } from './views/serverSettings.ts';
import { ServerTree } from './views/serverTree.ts';
import { CurrentSettings } from './views/settings.ts';
import { ConnectionsStatusBarItem } from './views/statusBarItem.ts';
import { ActiveHeader } from './views/viewHeaders.ts';
import { ContextKeys, ServerContextKeys } from './views/welcome.ts';
import { inertText, serverText } from './views/words.ts';
import { WorkspaceMemory } from './views/workspaceMemory.ts';

/** What `activate` gives: enough for another extension, or a test, to see what the user sees. */
export interface ConnectionsApi {
  readonly followed: Pick<FollowedLog, 'phase' | 'status' | 'all' | 'refusal' | 'onDidChange'>;
  readonly active: ActiveTree;
  readonly failures: FailuresTree;
  readonly statusBar: Pick<ConnectionsStatusBarItem, 'text'>;
  readonly server: Pick<ConnectedServer, 'status' | 'onDidChange'>;
  readonly serverTree: ServerTree;
  readonly pools: Pick<Pools, 'views'>;
}

let engine: EngineClient | undefined;

/** Whatever the editor disposes of when the extension ends. */
interface Disposable {
  dispose(): unknown;
}

/** Registers everything and reads nothing: the engine starts with the first question that a view or command asks. */
export function activate(context: ExtensionContext): ConnectionsApi {
  const output = window.createOutputChannel(l10n.t('PostgreSQL Connections'), { log: true });
  const memory = new WorkspaceMemory(context.workspaceState);
  engine = new EngineClient(context.asAbsolutePath('dist/engine.cjs'), {
    storageDirectory: (context.storageUri ?? context.globalStorageUri).fsPath,
  });
  const settings = new CurrentSettings();
  const followed = new FollowedLog({ engine, memory, settings: settings.read, hints: workspaceHints });
  const views = createViews(context, { engine, followed, memory, output, settings });
  context.subscriptions.push(settings, output, logEngine(engine, output), followed, ...views.disposables);
  offerTerminalCommand(context);
  if (memory.followedBefore) void followed.start();
  const { active, failures, statusBar, server, serverTree, pools } = views;
  return { followed, active, failures, statusBar, server, serverTree, pools };
}

/** Ends the engine; resolves when it has written what it keeps, and its thread is gone. */
export async function deactivate(): Promise<void> {
  await engine?.dispose();
  engine = undefined;
}

interface Parts {
  readonly engine: EngineClient;
  readonly followed: FollowedLog;
  readonly memory: WorkspaceMemory;
  readonly output: LogOutputChannel;
  readonly settings: CurrentSettings;
}

function createViews(context: ExtensionContext, { engine, followed, memory, output, settings }: Parts) {
  const failed = (error: unknown): void =>
    output.warn(error instanceof Error ? error.message : String(error));
  const tell = (error: unknown): void => showFailure(error, output);
  const home = homedir();
  const texts = new ReadOnlyTexts();
  const undos = new LoggingUndos(context.globalState);
  const passwords = { secrets: keptPasswords(context.secrets, tell), askPassword: inTurn(askOnePassword) };
  const server = new ConnectedServer({
    ...{ engine, followed, memory, settings: readServerSettings },
    ...passwords,
    isTrusted: () => workspace.isTrusted,
  });
  const serverTree = new ServerTree(server, failed);
  const places = new ClientPlaces();
  const live = { server, tree: serverTree, followed, texts, places, failed: tell };
  const pools = new Pools({
    ...{ engine, followed, memory, texts, failed },
    ...passwords,
    settings: settings.read,
    extensionUri: context.extensionUri,
    isTrusted: () => workspace.isTrusted,
    see: (isVisible) => server.see(viewIds.pools, isVisible),
  });
  const alerts = new ServerAlerts(server, settings.read, failed);
  server.attend(alerts.isWanted);
  const keys = new ContextKeys(followed, () => undos.all().length > 0);
  const logging = new LoggingCommands(engine, followed, texts, undos, () => keys.update());
  const active = new ActiveTree(followed, settings.read, failed);
  const failures = new FailuresTree(followed, failed);
  const statusBar = new ConnectionsStatusBarItem(followed, server, settings.read, home);
  const dashboard = new Dashboard({
    followed,
    extensionUri: context.extensionUri,
    open: (troubleId, sourceId) => openEntry(followed, texts, troubleId, sourceId),
    failed: tell,
  });
  const redrawAll = (): void => {
    active.redrawAll();
    failures.redrawAll();
    statusBar.draw();
  };
  const disposables: Disposable[] = [
    texts,
    keys,
    active,
    new ActiveHeader(followed, active.view, home),
    failures,
    statusBar,
    dashboard,
    server,
    serverTree,
    places,
    pools,
    alerts,
    new ServerContextKeys(server, serverTree),
    server.onDidChange(() => {
      active.redrawLive();
      pools.redrawCounts();
    }),
    active.view.onDidChangeVisibility(({ visible }) => server.see(viewIds.active, visible)),
    new Notifications(followed, settings.read, context.globalState, failed),
    ...registerCommands({
      engine,
      followed,
      memory,
      active,
      failures,
      dashboard,
      logging,
      texts,
      output,
      home,
      live,
      pools,
      demoLog: context.asAbsolutePath(join('media', 'demo.log')),
    }),
    ...obeyChanges(followed, redrawAll, failed),
    retryWhileSeen(followed, () => active.view.visible || failures.view.visible || dashboard.isVisible),
    workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration(settingsSection)) return;
      server.attend(alerts.isWanted);
      server.obeySettings().catch(failed);
      pools.obeySettings().catch(failed);
    }),
    workspace.onDidGrantWorkspaceTrust(() => {
      server.resume().catch(failed);
      pools.resume().catch(failed);
    }),
  ];
  void server.resume().catch(failed);
  void pools.resume().catch(failed);
  return { active, failures, statusBar, server, serverTree, pools, disposables };
}

/** Settings, trust and a newly started server take effect at once. */
function obeyChanges(
  followed: FollowedLog,
  redrawAll: () => void,
  failed: (error: unknown) => void,
): Disposable[] {
  return [
    workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration(settingsSection)) return;
      const isChanged = (name: keyof typeof settingIds): boolean =>
        change.affectsConfiguration(`${settingsSection}.${settingIds[name]}`);
      followed
        .obeySettings(
          (['log', 'logLinePrefix', 'timeZone'] as const).some(isChanged) ||
            (followed.status?.log.kind === 'command' && isChanged('commandSources')),
        )
        .then(() => redrawAll())
        .catch(failed);
    }),
    workspace.onDidGrantWorkspaceTrust(() => {
      if (followed.phase !== 'idle') void followed.lookAgain();
    }),
    followed.onDidSwitch((log) =>
      window.setStatusBarMessage(l10n.t('Now following {0}', inertText(serverText(log))), 5000),
    ),
  ];
}

/** In Restricted Mode nothing that the workspace names is looked at. */
function workspaceHints(): WorkspaceHints {
  const folders = workspace.isTrusted ? (workspace.workspaceFolders ?? []) : [];
  return { folders: folders.flatMap(({ uri }) => (uri.scheme === 'file' ? [uri.fsPath] : [])) };
}

function logEngine(engine: EngineClient, output: LogOutputChannel): Disposable {
  const stop = engine.listen({
    log: (level, text) => output[level](text),
    died: ({ args }) => output.error(l10n.t('The engine stopped: {0}', String(args[0]))),
  });
  return { dispose: stop };
}

/** The editor's terminals find the command line `connections`, run by the editor's own Node. */
export function offerTerminalCommand(
  context: Pick<ExtensionContext, 'environmentVariableCollection' | 'asAbsolutePath'>,
): void {
  const variables = context.environmentVariableCollection;
  const options = { applyAtProcessCreation: true, applyAtShellIntegration: true };
  variables.description = l10n.t(
    'Adds the command `connections`, which tells who is connected to PostgreSQL',
  );
  variables.prepend('PATH', context.asAbsolutePath(join('dist', 'bin')) + delimiter, options);
  variables.replace('PG_CONNECTIONS_NODE', process.execPath, options);
}
