import { commands, type Disposable, env, l10n, type LogOutputChannel, window } from 'vscode';
import { parseFilterText } from '../core/report/filterText.ts';
import { SentenceError } from '../core/sentence.ts';
import { noFilter } from '../core/session/filter.ts';
import type { EngineClient } from '../engine/client.ts';
import type { FollowTarget } from '../protocol/logQuestions.ts';
import { type ActiveNode, isBranch } from './activeModel.ts';
import type { ActiveTree } from './activeTree.ts';
import {
  commandIds,
  type CommandName,
  poolCommandNames,
  serverCommandNames,
  type PoolCommandName,
  type ServerCommandName,
  viewIds,
} from './contributions.ts';
import type { Dashboard } from './dashboardView.ts';
import { stopDemo, tryDemo } from './demo.ts';
import type { FailuresTree } from './failuresTree.ts';
import type { FollowedLog } from './followedLog.ts';
import type { LoggingCommands } from './loggingCommand.ts';
import { openEntry, openLink } from './openEntry.ts';
import type { ReadOnlyTexts } from './readOnlyTexts.ts';
import { copyRow, filterByThis, muteLikeThis, openSessionLog, showDetails } from './rowCommands.ts';
import type { TroubleNode } from './troubleRow.ts';
import type { ServerCommandContext } from './serverCommands.ts';
import type { Pools } from './pools.ts';
import { inertText, say } from './words.ts';
import type { WorkspaceMemory } from './workspaceMemory.ts';

/** What the commands act on. */
export interface CommandContext {
  readonly engine: EngineClient;
  readonly followed: FollowedLog;
  readonly memory: WorkspaceMemory;
  readonly active: ActiveTree;
  readonly failures: FailuresTree;
  readonly dashboard: Dashboard;
  readonly logging: LoggingCommands;
  readonly texts: ReadOnlyTexts;
  readonly output: LogOutputChannel;
  readonly home: string | undefined;
  readonly live: ServerCommandContext;
  readonly pools: Pools;
  /** Path of the recorded log that the demo plays. */
  readonly demoLog: string;
}

/** What a command is given: the row that was clicked, or what a key binding passes. */
type Handler = (argument: unknown, other?: unknown) => unknown;
type Table = Partial<Record<CommandName, Handler>>;

/** Registers every command of package.json. What goes wrong is one sentence for the user. */
export function registerCommands(context: CommandContext): Disposable[] {
  const table: Record<CommandName, Handler> = {
    ...logCommands(context),
    ...showCommands(context),
    ...rowCommands(context),
    ...laterServerCommands(context.live),
    ...poolCommands(context.pools),
  };
  return Object.entries(table).map(([name, handler]) =>
    commands.registerCommand(commandIds[name as CommandName], async (argument: unknown, other: unknown) => {
      try {
        await handler(argument, other);
      } catch (error) {
        showFailure(error, context.output);
      }
    }),
  );
}

/** The code of these is loaded with the first of them. */
function laterServerCommands(live: ServerCommandContext): Record<ServerCommandName, Handler> {
  const entries = serverCommandNames.map((name) => {
    const run: Handler = async (argument) => {
      const { serverCommands } = await import('./serverCommands.ts');
      return serverCommands(live)[name](argument);
    };
    return [name, run] as const;
  });
  return Object.fromEntries(entries) as Record<ServerCommandName, Handler>;
}

function poolCommands(pools: Pools): Record<PoolCommandName, Handler> {
  const entries = poolCommandNames.map((name) => {
    const run: Handler = (argument, other) => pools.run(name, [argument, other]);
    return [name, run] as const;
  });
  return Object.fromEntries(entries) as Record<PoolCommandName, Handler>;
}

/** Tells the user what went wrong: a SentenceError as it is, anything else in the log of this extension. */
export function showFailure(error: unknown, output: LogOutputChannel): void {
  if (error instanceof SentenceError) {
    output.warn(error.message);
    void window.showErrorMessage(inertText(say(error.sentence)));
    return;
  }
  output.error(error instanceof Error ? error : String(error));
  void window.showErrorMessage(
    l10n.t('This did not work: run “Connections: Show Log of This Extension” to see why.'),
  );
}

/** Read when it is needed: a bundle of its own. */
function exporting() {
  return import('./exportCommands.ts');
}

function logCommands(context: CommandContext) {
  const { engine, followed, memory, logging, home, demoLog, live, output } = context;
  const { server } = live;
  const choose = async (named: unknown, isAnother: boolean): Promise<void> => {
    const follow = (target: FollowTarget): Promise<void> =>
      isAnother ? followed.add(target) : followed.choose(target);
    const target = targetIn(named);
    if (target) return follow(target);
    const { chooseLog } = await import('./chooseLog.ts');
    return chooseLog({ engine, followed, memory, home, server, isAnother, follow });
  };
  return {
    chooseLog: (named) => choose(named, false),
    followAnother: (named) => choose(named, true),
    stopFollowing: (node) => followed.stop(sourceIn(node) ?? followed.status?.sourceId ?? ''),
    showLogOf: (node) => followed.show(sourceIn(node) ?? ''),
    addCommandSource: () =>
      import('./commandSource.ts').then(({ addCommandSource }) =>
        addCommandSource(engine, (target) => followed.choose(target)),
      ),
    lookAgain: () => followed.lookAgain(),
    tryDemo: () => tryDemo(followed, demoLog, (error) => showFailure(error, output)),
    stopDemo: () => stopDemo(followed),
    pause: () => followed.ask('pause', { paused: true }),
    follow: () => followed.ask('pause', { paused: false }),
    stopReading: () => followed.ask('stopReading', {}),
    clear: () => clear(context),
    undoClear: () => followed.clear(true),
    filter: (text) =>
      typeof text === 'string'
        ? followed.setFilter(parseFilterText(text))
        : import('./filterCommand.ts').then(({ filterByPicking }) => filterByPicking(followed)),
    clearFilter: () => followed.setFilter(noFilter),
    turnOnLogging: () => logging.turnOn(),
    undoLogging: () => logging.undoChange(),
    exportEvents: async (path) => (await exporting()).exportEvents(followed, path),
    exportDashboardConfig: async (what) => (await exporting()).exportDashboardConfig(engine, what),
  } satisfies Table;
}

function showCommands({ engine, followed, dashboard, texts, output }: CommandContext) {
  return {
    showDashboard: () => commands.executeCommand(`${viewIds.dashboard}.focus`),
    openDashboard: () => dashboard.openInEditor(),
    copySummary: async () => {
      await env.clipboard.writeText((await followed.ask('summaryText', {})).text);
      window.setStatusBarMessage(l10n.t('The summary is in the clipboard.'), 3000);
    },
    copyIncidentNote: async (what) => (await exporting()).copyIncidentNote(followed, what),
    latestFailure: () => openLatestFailure(followed, texts),
    showStatus: async () => {
      const sourceId = followed.status?.sourceId;
      const { text } = await engine.ask('statusText', sourceId === undefined ? {} : { sourceId });
      await texts.show(l10n.t('Status of PostgreSQL Connections'), text, { language: 'markdown' });
    },
    showLog: () => output.show(),
  } satisfies Table;
}

function rowCommands(context: CommandContext) {
  const { followed, active, failures, texts } = context;
  return {
    filterByThis: onActive(context, (node) => filterByThis(followed, node)),
    copyRow: (node) => (isNode(node) ? copyRow(node, (row) => active.timeOf(row)) : undefined),
    openSessionLog: onActive(context, (node) =>
      node.kind === 'session' ? openSessionLog(followed, texts, node.row) : undefined,
    ),
    showDetails: onActive(context, (node) =>
      node.kind === 'session' ? showDetails(followed, texts, node.row) : undefined,
    ),
    showMore: (node) => (isNode(node) && isBranch(node) ? active.showMore(node) : undefined),
    openEntry: (id, sourceId) =>
      typeof id === 'number'
        ? openEntry(followed, texts, id, typeof sourceId === 'string' ? sourceId : undefined)
        : undefined,
    openLink: onTrouble(({ group }) => (group.link ? openLink(group.link) : undefined)),
    acknowledge: onTrouble(async ({ group, sourceId }) => {
      await followed.ask('acknowledge', { groupKey: group.key }, sourceId);
      failures.redrawAll();
    }),
    muteLikeThis: onTrouble(({ group }) => muteLikeThis(group)),
  } satisfies Table;
}

type AnyNode = ActiveNode | TroubleNode;

/** The editor passes the row's node; a key binding may pass anything or nothing, and then nothing happens. */
function isNode(argument: unknown): argument is AnyNode {
  return typeof argument === 'object' && argument !== null && 'kind' in argument && 'id' in argument;
}

/** What is done with a row is done with its log, which is shown from then on. */
function onActive({ active, followed }: CommandContext, act: (node: ActiveNode) => unknown): Handler {
  return async (node) => {
    if (!isNode(node) || node.kind === 'trouble' || node.kind === 'member' || node.kind === 'section')
      return undefined;
    await followed.show(active.sourceOf(node) ?? '');
    return act(node);
  };
}

/** What a key binding or a test names: a path, or a command of the settings. */
function targetIn(named: unknown): FollowTarget | undefined {
  if (typeof named === 'string') return { path: named };
  const isCommand = typeof named === 'object' && named !== null && 'commandName' in named;
  return isCommand ? { commandName: String(named.commandName) } : undefined;
}

/** The log that a row names. */
function sourceIn(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('sourceId' in argument)) return undefined;
  return typeof argument.sourceId === 'string' ? argument.sourceId : undefined;
}

function onTrouble(act: (node: TroubleNode & { kind: 'trouble' }) => unknown): Handler {
  return (node) => (isNode(node) && node.kind === 'trouble' ? act(node) : undefined);
}

async function clear({ followed, output }: CommandContext): Promise<void> {
  const sourceId = await followed.clear();
  const undo = l10n.t('Undo');
  const message = l10n.t(
    'Counts, feed, failures and history up to now are cleared. The log itself is untouched.',
  );
  // Not waited for: the command is done, whether or not the user looks at the message.
  void window.showInformationMessage(message, undo).then((answer) => {
    if (answer === undo) followed.clear(true, sourceId).catch((error: unknown) => showFailure(error, output));
  });
}

async function openLatestFailure(followed: FollowedLog, texts: ReadOnlyTexts): Promise<void> {
  const { failures } = await followed.ask('troubles', {});
  const id = failures[0]?.members[0]?.id;
  if (id === undefined) throw new SentenceError('No failed login is known: nobody was turned away.');
  await openEntry(followed, texts, id);
}
