import { env, l10n, window } from 'vscode';
import { SentenceError } from '../core/sentence.ts';
import { type Finding, findingIdentity } from '../core/server/finding.ts';
import type { Backend } from '../core/server/activity.ts';
import type { ServerSnapshot } from '../core/server/serverSnapshot.ts';
import { backendFields } from './backendText.ts';
import type { ClientPlaces } from './clientPlace.ts';
import type { ConnectedServer } from './connectedServer.ts';
import type { ServerWish } from './serverWish.ts';
import type { CommandName, ServerCommandName } from './contributions.ts';
import type { FollowedLog } from './followedLog.ts';
import { psqlArguments, psqlCommand } from './psqlCommand.ts';
import type { ReadOnlyTexts } from './readOnlyTexts.ts';
import { ServerActions } from './serverActions.ts';
import type { ServerNode } from './serverNode.ts';
import { pickDatabase, pickServer, pickSession, pickSet } from './serverPicks.ts';
import { loggedSession, type LoggedRow, type MeantSession, shownSession } from './serverSession.ts';
import { setSilenced } from './serverSettings.ts';
import type { ServerTree } from './serverTree.ts';
import { inertText } from './words.ts';

/** What the commands of the live server act on. */
export interface ServerCommandContext {
  readonly server: ConnectedServer;
  readonly tree: ServerTree;
  readonly followed: FollowedLog;
  readonly texts: ReadOnlyTexts;
  readonly places: ClientPlaces;
  /** Tells the user of what nobody waits for. */
  readonly failed: (error: unknown) => void;
}

type Handler = (argument: unknown) => unknown;

/** The handlers of the commands about the live server. */
export function serverCommands(context: ServerCommandContext): Record<ServerCommandName, Handler> {
  return { ...connecting(context), ...looking(context), ...ending(context), ...clients(context) };
}

function connecting({ server, followed, texts }: ServerCommandContext) {
  return {
    connectServer: async (uri) => {
      const wish: ServerWish | undefined = typeof uri === 'string' ? { uri } : await pickServer(followed);
      if (wish !== undefined) await server.connect(wish);
    },
    disconnectServer: () => server.disconnect(),
    forgetPassword: async () => {
      await server.forgetPassword();
      window.setStatusBarMessage(l10n.t('The password of this server is forgotten.'), 5000);
    },
    copyServerReport: async () => {
      const picked = await window.showQuickPick(
        [
          { label: 'Markdown', format: 'markdown', masked: false },
          { label: l10n.t('Markdown, names and hosts masked'), format: 'markdown', masked: true },
          { label: 'CSV', format: 'csv', masked: false },
          { label: l10n.t('CSV, names and hosts masked'), format: 'csv', masked: true },
        ] as const,
        { title: l10n.t('Copy a report of the server as …') },
      );
      if (!picked) return;
      const { text } = await server.ask('serverReport', { format: picked.format, masked: picked.masked });
      await env.clipboard.writeText(text);
      window.setStatusBarMessage(l10n.t('The report is in the clipboard.'), 3000);
    },
    showBackend: onBackend(async ({ backend, serverAt }) => {
      const fields = backendFields(backend, serverAt);
      const width = Math.max(...fields.map(([label]) => label.length));
      const lines = fields.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
      await texts.show(l10n.t('Session {0}', String(backend.pid)), `${lines.join('\n')}\n`);
    }),
  } satisfies Partial<Record<CommandName, Handler>>;
}

function looking({ tree }: ServerCommandContext) {
  return {
    earlierSample: () => tree.step('earlier'),
    laterSample: () => tree.step('later'),
    latestSample: () => tree.step('latest'),
    silenceFinding: onFinding((id) => setSilenced(id, true)),
    unsilenceFinding: onFinding((id) => setSilenced(id, false)),
  } satisfies Partial<Record<CommandName, Handler>>;
}

function ending(context: ServerCommandContext) {
  const { server, texts, failed } = context;
  const actions = new ServerActions(server, texts, failed);
  /** Of now, whatever the view shows: it may be hidden, or stepped back. */
  const snapshot = async (): Promise<ServerSnapshot> => {
    const now = await server.snapshot();
    if (!now) throw new SentenceError('Nothing is known of the server yet: wait until it is connected.');
    return now;
  };
  /** The row's session, or one that is picked. */
  const meantBy = async (
    node: unknown,
    isOffered: (backend: Backend) => boolean,
  ): Promise<MeantSession | undefined> => {
    if (isActiveSession(node)) return sessionOfRow(context, node.row);
    const isBackend = isNode(node) && node.kind === 'backend';
    const backend = isBackend ? node.backend : await pickSession(await snapshot(), isOffered);
    return backend && shownSession(backend);
  };
  return {
    cancelQuery: async (node) => {
      const meant = await meantBy(node, ({ state }) => state === 'active');
      if (meant) await actions.end({ kind: 'cancel', pids: [meant.pid] }, meant.isIt);
    },
    terminateSession: async (node) => {
      if (isNode(node) && node.kind === 'finding')
        return actions.end({ kind: 'terminate', pids: pidsOf(node.finding, await snapshot()) });
      const meant = await meantBy(node, () => true);
      if (meant) await actions.end({ kind: 'terminate', pids: [meant.pid] }, meant.isIt);
      return undefined;
    },
    terminateSessions: async () => {
      const request = await pickSet(await snapshot());
      if (request) await actions.end(request);
    },
    freeDatabase: async () => {
      const request = await pickDatabase(await snapshot());
      if (request) await actions.end(request);
    },
  } satisfies Partial<Record<CommandName, Handler>>;
}

function clients({ server, places }: ServerCommandContext) {
  const address = () => {
    const known = server.status?.address;
    if (!known)
      throw new SentenceError('It is not known yet where the server is: wait until it is connected.');
    return known;
  };
  return {
    copyPsql: async (node) => {
      const database = isNode(node) && node.kind === 'backend' ? node.backend.database : undefined;
      await env.clipboard.writeText(psqlCommand(address(), database));
      window.setStatusBarMessage(l10n.t('The psql command is in the clipboard.'), 3000);
    },
    openPsql: (node) => {
      const database = isNode(node) && node.kind === 'backend' ? node.backend.database : undefined;
      const shellArgs = psqlArguments(address(), database);
      window.createTerminal({ name: 'psql', shellPath: 'psql', shellArgs }).show();
    },
    revealClient: onBackend(async ({ backend }) => {
      const { process } = await server.ask('clientProcess', { pid: backend.pid });
      if (!process)
        throw new SentenceError(
          'The client of session {0} is not a process of this machine that can be found.',
          backend.pid,
        );
      if (!(await places.reveal(process.ancestry)))
        void window.showInformationMessage(
          inertText(l10n.t('Its client is process {0}: {1}', process.pid, process.command)),
        );
    }),
  } satisfies Partial<Record<CommandName, Handler>>;
}

/** Whom a finding is about now. Throws a SentenceError when it is no more. */
function pidsOf(finding: Finding, { findings }: ServerSnapshot): readonly number[] {
  const identity = findingIdentity(finding);
  const now = findings.find((each) => findingIdentity(each) === identity);
  if (!now?.pids.length) throw new SentenceError('There is no such session now.');
  return now.pids;
}

/** What tells a session apart from one of another log that has the same key. */
const identifying = ['pid', 'connectedAt', 'user', 'database', 'remoteHost', 'remotePort'] as const;

/** The session of a row of the Active view, if the log of the connected server tells of it. Rejects with a SentenceError. */
async function sessionOfRow(
  { server: { status }, followed }: ServerCommandContext,
  row: LoggedRow,
): Promise<MeantSession> {
  for (const { sourceId, log } of followed.all) {
    const isOfServer = log.origin?.kind === 'server' && log.origin.serverId === status?.serverId;
    if (sourceId !== status?.sourceId && !isOfServer) continue;
    const { session } = await followed.ask('session', { key: row.key }, sourceId);
    if (session && identifying.every((name) => session[name] === row[name])) return loggedSession(row);
  }
  throw new SentenceError(
    'This is no session of the connected server: it has ended, or is another server’s; connect to that one first.',
  );
}

/** The editor passes the row's node; a key binding may pass anything or nothing. */
function isNode(argument: unknown): argument is ServerNode {
  return typeof argument === 'object' && argument !== null && 'kind' in argument && 'id' in argument;
}

/** A session's row of the Active view. */
function isActiveSession(argument: unknown): argument is { readonly row: LoggedRow } {
  if (typeof argument !== 'object' || argument === null || !('row' in argument)) return false;
  const { row } = argument;
  return typeof row === 'object' && row !== null && 'pid' in row && typeof row.pid === 'number';
}

function onBackend(act: (node: ServerNode & { kind: 'backend' }) => unknown): Handler {
  return (node) => (isNode(node) && node.kind === 'backend' ? act(node) : undefined);
}

function onFinding(act: (id: string) => unknown): Handler {
  return (node) => (isNode(node) && node.kind === 'finding' ? act(findingIdentity(node.finding)) : undefined);
}
