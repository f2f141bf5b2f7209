import { l10n, window } from 'vscode';
import { SentenceError } from '../core/sentence.ts';
import type { Backend } from '../core/server/activity.ts';
import type { EndingRequest } from '../core/server/ending.ts';
import type { ServerSnapshot } from '../core/server/serverSnapshot.ts';
import { backendFacts } from './backendText.ts';
import type { ServerWish } from './serverWish.ts';
import type { FollowedLog } from './followedLog.ts';
import { serverUri } from './serverSettings.ts';
import { inertText, nameText, serverText } from './words.ts';

export async function pickServer(followed: FollowedLog): Promise<ServerWish | undefined> {
  const { status } = followed;
  const uri = serverUri();
  const items: { label: string; description?: string; wish: ServerWish | 'ask' }[] = [
    ...(status
      ? [
          {
            label: l10n.t('The server of this log'),
            description: serverText(status.log),
            wish: 'log' as const,
          },
        ]
      : []),
    ...(uri === undefined
      ? []
      : [{ label: l10n.t('As the settings say'), description: 'pgConnections.server.uri', wish: { uri } }]),
    {
      label: l10n.t('As psql would'),
      description: l10n.t('PG* variables, service file and pgpass'),
      wish: { uri: 'postgresql://' },
    },
    { label: l10n.t('Another one…'), description: l10n.t('by its URI'), wish: 'ask' },
  ];
  const picked = await window.showQuickPick(items, { title: l10n.t('Connect to which server?') });
  if (picked?.wish !== 'ask') return picked?.wish;
  const typed = await window.showInputBox({
    title: l10n.t('Connect to a PostgreSQL server'),
    prompt: l10n.t('A password is kept in the editor’s secret storage only.'),
    placeHolder: 'postgresql://user@host:5432/postgres?sslmode=require',
    ignoreFocusOut: true,
  });
  return typed === undefined || typed.trim() === '' ? undefined : { uri: typed.trim() };
}

/** One of the sessions that are offered. Rejects with a SentenceError when there is none. */
export async function pickSession(
  { sessions, serverAt }: ServerSnapshot,
  isOffered: (backend: Backend) => boolean,
): Promise<Backend | undefined> {
  const items = sessions.filter(isOffered).map((backend) => ({
    label: String(backend.pid),
    description: inertText(backendFacts(backend, serverAt)),
    detail: inertText(backend.query ?? ''),
    backend,
  }));
  if (items.length === 0) throw new SentenceError('There is no such session now.');
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Which session?'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.backend;
}

export async function pickSet(snapshot: ServerSnapshot): Promise<EndingRequest | undefined> {
  const picked = await window.showQuickPick(
    [
      { label: l10n.t('Idle longer than …'), set: 'idleLongerThan' },
      { label: l10n.t('Idle in transaction longer than …'), set: 'idleInTransactionLongerThan' },
      { label: l10n.t('All of a database …'), set: 'database' },
      { label: l10n.t('All but those of some users …'), set: 'allButUsers' },
    ] as const,
    { title: l10n.t('Terminate which sessions? They are shown before anything happens.') },
  );
  switch (picked?.set) {
    case undefined:
      return undefined;
    case 'idleLongerThan':
    case 'idleInTransactionLongerThan': {
      const minutes = await askMinutes();
      return minutes === undefined ? undefined : { kind: picked.set, minutes };
    }
    case 'database': {
      const database = await pickName(snapshot.byDatabase.map(({ name }) => name));
      return database === undefined ? undefined : { kind: 'database', database };
    }
    case 'allButUsers': {
      const users = await pickUsers(snapshot);
      return users && { kind: 'allButUsers', users };
    }
  }
}

async function askMinutes(): Promise<number | undefined> {
  const typed = await window.showInputBox({
    title: l10n.t('Longer than how many minutes?'),
    value: '30',
    validateInput: (value) =>
      /^\d{1,6}$/.test(value.trim()) ? undefined : l10n.t('A whole number of minutes'),
  });
  return typed === undefined ? undefined : Number(typed.trim());
}

async function pickUsers({ byUser }: ServerSnapshot): Promise<readonly string[] | undefined> {
  const items = byUser.flatMap(({ name, count }) =>
    name === undefined ? [] : [{ label: inertText(name), description: String(count), name }],
  );
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Whose sessions stay?'),
    canPickMany: true,
  });
  return picked?.map(({ name }) => name);
}

async function pickName(names: readonly (string | undefined)[]): Promise<string | undefined> {
  const items = names.flatMap((name) =>
    name === undefined ? [] : [{ label: inertText(nameText(name)), name }],
  );
  const other = { label: l10n.t('Another one…'), name: undefined };
  const picked = await window.showQuickPick([...items, other], { title: l10n.t('Which database?') });
  if (!picked) return undefined;
  return picked.name ?? (await window.showInputBox({ title: l10n.t('Which database?') }));
}

export async function pickDatabase({
  byDatabase,
  preparedTransactions,
  replicationSlots,
}: ServerSnapshot): Promise<EndingRequest | undefined> {
  const names = new Set([
    ...byDatabase.map(({ name }) => name),
    ...preparedTransactions.map(({ database }) => database),
    ...replicationSlots.map(({ database }) => database),
  ]);
  const database = await pickName([...names]);
  if (database === undefined || database === '') return undefined;
  const picked = await window.showQuickPick(
    [
      {
        label: l10n.t('Free it'),
        detail: l10n.t(
          'Ends its sessions and workers, rolls back its prepared transactions, drops its logical slots',
        ),
        act: 'free',
      },
      {
        label: l10n.t('Drop it'),
        detail: l10n.t('DROP DATABASE … WITH (FORCE): where a pool would reconnect in between'),
        act: 'drop',
      },
    ] as const,
    { title: l10n.t('What shall become of {0}?', inertText(database)) },
  );
  return picked && { kind: picked.act, database };
}
