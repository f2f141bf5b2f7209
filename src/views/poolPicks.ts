import { InputBoxValidationSeverity, l10n, type QuickPickItem, ThemeIcon, window } from 'vscode';
import type { PatternTrial } from '../core/pool/ownPattern.ts';
import type { PoolTarget } from '../core/pool/poolSnapshot.ts';
import { SentenceError } from '../core/sentence.ts';
import type { EngineClient } from '../engine/client.ts';
import type { FollowedLog } from './followedLog.ts';
import { localPath } from './localPath.ts';
import { factsText, inertText, nameText, say } from './words.ts';

type Ask = EngineClient['ask'];

/** What to follow for its pools, picked step by step; undefined = not now. */
export async function pickPool(ask: Ask, followed: FollowedLog): Promise<PoolTarget | undefined> {
  const items = [
    {
      wish: 'console',
      iconPath: new ThemeIcon('server-environment'),
      label: l10n.t('The console of a PgBouncer'),
      detail: l10n.t('Who waits, for how long, and which backend works for whom; by a user in stats_users'),
    },
    {
      wish: 'poolerLog',
      iconPath: new ThemeIcon('output'),
      label: l10n.t('The log of a PgBouncer'),
      detail: l10n.t('Refused logins, ended clients, connections to the server'),
    },
    {
      wish: 'applicationLog',
      iconPath: new ThemeIcon('output'),
      label: l10n.t('The log of an application'),
      detail: l10n.t('SQLAlchemy, HikariCP, pgx, node-postgres and others, as their pools log it'),
    },
    {
      wish: 'pattern',
      iconPath: new ThemeIcon('regex'),
      label: l10n.t('A log whose lines you describe'),
      detail: l10n.t('By a regular expression with named groups, tried on the log while you type'),
    },
  ] as const;
  const picked = await window.showQuickPick(items, { title: l10n.t('Follow which pool?') });
  if (!picked) return undefined;
  return picked.wish === 'console' ? askConsole() : askLog(ask, followed, picked.wish);
}

async function askConsole(): Promise<PoolTarget | undefined> {
  const typed = await window.showInputBox({
    title: l10n.t('The console of a PgBouncer'),
    prompt: l10n.t(
      'A password is asked for when it is needed, and kept in the editor’s secret storage only.',
    ),
    placeHolder: 'postgres://user@host:6432/pgbouncer',
    ignoreFocusOut: true,
  });
  const uri = typed?.trim() ?? '';
  return uri === '' ? undefined : { kind: 'console', uri };
}

async function askLog(
  ask: Ask,
  followed: FollowedLog,
  kind: 'poolerLog' | 'applicationLog' | 'pattern',
): Promise<PoolTarget | undefined> {
  const [file] =
    (await window.showOpenDialog({
      canSelectFiles: true,
      openLabel: l10n.t('Follow'),
      title:
        kind === 'poolerLog'
          ? l10n.t('Choose the log of a PgBouncer')
          : l10n.t('Choose the log of an application'),
    })) ?? [];
  if (!file) return undefined;
  const path = localPath(file);
  const pattern = kind === 'pattern' ? await askPattern(ask, path) : undefined;
  if (kind === 'pattern' && pattern === undefined) return undefined;
  const application = kind === 'poolerLog' ? undefined : await askApplication(followed);
  return {
    kind: 'log',
    path,
    ...(pattern !== undefined && { pattern }),
    ...(application !== undefined && { application }),
  };
}

/** A pattern, tried on the newest lines as it is typed. */
export async function askPattern(ask: Ask, path: string): Promise<string | undefined> {
  const typed = await window.showInputBox({
    title: l10n.t('A pattern for the pool lines of {0}', inertText(path)),
    prompt: l10n.t(
      'Named groups: checkedOut, size, waiting, checkedIn, overflow, total, pool, process, waitMs, timeout',
    ),
    placeHolder: String.raw`(?<pool>\w+): (?<checkedOut>\d+)/(?<size>\d+) busy, (?<waiting>\d+) waiting`,
    ignoreFocusOut: true,
    validateInput: async (pattern) => {
      if (pattern === '') return undefined;
      try {
        const trial = await ask('tryPattern', { path, pattern });
        const { Info, Warning } = InputBoxValidationSeverity;
        return { message: trialText(trial), severity: trial.matched > 0 ? Info : Warning };
      } catch (error) {
        if (!(error instanceof SentenceError)) throw error;
        return { message: inertText(say(error.sentence)), severity: InputBoxValidationSeverity.Error };
      }
    },
  });
  return typed === undefined || typed === '' ? undefined : typed;
}

/** What a pattern finds, for the input box. */
export function trialText({ lines, matched, newest }: PatternTrial): string {
  if (lines === 0)
    return l10n.t('The log has no line yet: the pattern is kept, and tried on those that come.');
  if (!newest) return l10n.t('Of the newest {0} lines it matches none.', lines);
  const { pool, process, news } = newest;
  const { checkedOut, size, waiting, checkedIn, overflow, waitMs } = 'figures' in news ? news.figures : {};
  const figure = (name: string, value: number | undefined): string | undefined =>
    value === undefined ? undefined : `${name} ${value}`;
  const said = factsText([
    pool === undefined ? undefined : figureName('pool', pool),
    process === undefined ? undefined : figureName('process', process),
    news.kind === 'timeout' ? 'timeout' : undefined,
    figure('checkedOut', checkedOut),
    figure('size', size),
    figure('waiting', waiting),
    figure('checkedIn', checkedIn),
    figure('overflow', overflow),
    figure('waitMs', waitMs),
  ]);
  return l10n.t(
    'Of the newest {0} lines it matches {1}; the last says: {2}',
    lines,
    matched,
    inertText(said),
  );
}

function figureName(group: string, value: string): string {
  return `${group} ${nameText(value)}`;
}

/** How the application calls itself on the followed server, where one is followed; undefined = not said. */
async function askApplication(followed: FollowedLog): Promise<string | undefined> {
  if (followed.status === undefined) return undefined;
  const { groups } = await followed.ask('groups', { dimension: 'application', limit: 100 });
  const named = groups.flatMap(({ name, count }) =>
    name === undefined || name === '' ? [] : [{ label: inertText(name), description: String(count), name }],
  );
  const other = { label: l10n.t('Another one…'), name: undefined, isOther: true };
  const none = { label: l10n.t('None of them, or not known'), name: undefined };
  const items: (QuickPickItem & { name: string | undefined; isOther?: boolean })[] = [none, ...named, other];
  const picked = await window.showQuickPick(items, {
    title: l10n.t(
      'What does the application call itself on the server? Its connections are counted beside its pool.',
    ),
  });
  if (picked?.isOther !== true) return picked?.name;
  const typed = await window.showInputBox({ title: l10n.t('Its application_name') });
  return typed === undefined || typed === '' ? undefined : typed;
}
