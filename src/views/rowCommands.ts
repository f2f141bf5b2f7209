import { env, l10n } from 'vscode';
import { showControlCharacters } from '../core/report/controlCharacters.ts';
import { SentenceError } from '../core/sentence.ts';
import { dimensions, type Filter, noFilter } from '../core/session/filter.ts';
import type { SessionRow } from '../core/snapshot/openSessions.ts';
import type { TroubleGroup } from '../core/snapshot/troubleLists.ts';
import type { MuteRule } from '../protocol/logQuestions.ts';
import type { ActiveNode } from './activeModel.ts';
import { sessionFacts, sessionFields, sessionName } from './activeRow.ts';
import type { FollowedLog } from './followedLog.ts';
import type { ReadOnlyTexts } from './readOnlyTexts.ts';
import { addMuteRule } from './settings.ts';
import { fromText, type TroubleNode } from './troubleRow.ts';
import { factsText, instantText, nameText } from './words.ts';

/** Filter by This: the name of a group beside what is filtered already; of a session, all its names. */
export async function filterByThis(followed: FollowedLog, node: ActiveNode): Promise<void> {
  const filter = filterOf(node, followed.filter);
  if (filter === undefined) throw new SentenceError('A filter needs a name: this one is unknown.');
  await followed.setFilter(filter);
}

function filterOf(node: ActiveNode, filter: Filter): Filter | undefined {
  if (node.kind === 'group' && node.name !== undefined) return { ...filter, [node.dimension]: [node.name] };
  if (node.kind !== 'session') return undefined;
  const names = namesOf(node.row);
  const patterns = dimensions.map((dimension) => [dimension, names[dimension] ?? []] as const);
  return { ...noFilter, ...Object.fromEntries(patterns) };
}

function namesOf({ database, user, applicationName, remoteHost }: SessionRow): Partial<Filter> {
  return {
    ...(database !== undefined && { database: [database] }),
    ...(user !== undefined && { user: [user] }),
    ...(applicationName !== undefined && { application: [applicationName] }),
    ...(remoteHost !== undefined && { host: [remoteHost] }),
  };
}

/** Copy: a row of either tree, as one line of text; `timeOf` says up to when its ages count. */
export async function copyRow(
  node: ActiveNode | TroubleNode,
  timeOf: (node: ActiveNode) => number,
): Promise<void> {
  const text = rowText(node, timeOf);
  if (text !== undefined) await env.clipboard.writeText(text);
}

function rowText(node: ActiveNode | TroubleNode, timeOf: (node: ActiveNode) => number): string | undefined {
  switch (node.kind) {
    case 'session':
      return factsText([sessionName(node.row), sessionFacts(node.row, undefined, timeOf(node))]);
    case 'group':
      return nameText(node.name);
    case 'trouble':
      return troubleText(node.group.members[0] ?? node.group);
    case 'member':
      return troubleText(node.trouble);
    case 'log':
    case 'dimension':
    case 'replication':
    case 'more':
    case 'step':
    case 'section':
      return undefined;
  }
}

function troubleText(trouble: Partial<TroubleGroup['members'][number]>): string {
  const { at, sqlState, message, detail, hint } = trouble;
  return factsText([
    at === undefined ? undefined : instantText(at, 0),
    ...[sqlState, message, detail, hint].map((told) => told && showControlCharacters(told)),
    fromText(trouble),
  ]);
}

/** Details: everything known of a session, as a text of its own. */
export async function showDetails(
  followed: FollowedLog,
  texts: ReadOnlyTexts,
  row: SessionRow,
): Promise<void> {
  const { session } = await followed.ask('session', { key: row.key });
  const fields = sessionFields(session ?? row);
  const width = Math.max(...fields.map(([label]) => label.length));
  const lines = fields.map(([label, value]) => `${label.padEnd(width)}  ${showControlCharacters(value)}`);
  const ended = session === undefined ? `${l10n.t('This session has ended.')}\n` : '';
  await texts.show(l10n.t('Session {0}', sessionName(row)), `${ended}${lines.join('\n')}\n`);
}

/** Open Log of This Session: the lines of the log that belong to it. */
export async function openSessionLog(
  followed: FollowedLog,
  texts: ReadOnlyTexts,
  row: SessionRow,
): Promise<void> {
  const { title, text } = await followed.ask('sessionLog', { key: row.key });
  await texts.show(title, text, { language: 'log' });
}

/** Mute Like This: hides failures of this kind, by this user, on this database, from this host. */
export async function muteLikeThis({
  kind,
  message,
  user,
  database,
  remoteHost,
}: TroubleGroup): Promise<void> {
  const parts: MuteRule = {
    kind,
    ...(kind === 'other' && { message }),
    // a name with a `*` in it is a pattern of itself, and of few others
    ...(user !== undefined && { user }),
    ...(database !== undefined && { database }),
    ...(remoteHost !== undefined && { host: remoteHost }),
  };
  await addMuteRule(parts);
}
