import { l10n } from 'vscode';
import { showControlCharacters } from '../core/report/controlCharacters.ts';
import type { Backend } from '../core/server/activity.ts';
import { factsText, instantText, nameText, spanText, whoText } from './words.ts';

/** A state as the server calls it; a hidden one is said to be. */
export function stateText(state: string | undefined): string {
  return state === undefined || state === '' ? l10n.t('state not visible to this role') : state;
}

/** Everything that one line has room for, most telling first. */
export function backendFacts(backend: Backend, serverAt: number): string {
  const { user, database, applicationName, clientAddress, state, backendType, waitEventType, waitEvent } =
    backend;
  const isClient = backendType === 'client backend';
  return factsText([
    isClient ? undefined : showControlCharacters(backendType),
    applicationName === undefined || applicationName === '' ? undefined : nameText(applicationName),
    isClient ? stateText(state) : undefined,
    ageText(backend, serverAt),
    waitEventType === 'Lock' ? l10n.t('waits for a lock: {0}', waitEvent ?? '?') : undefined,
    isClient ? whoText(user, database) : database && nameText(database),
    clientAddress === undefined ? undefined : nameText(clientAddress),
  ]);
}

/** How long it has been doing what it does: its query, its transaction, or its rest. */
function ageText(
  { state, queryStartAt, transactionStartAt, stateChangeAt, backendStartAt }: Backend,
  serverAt: number,
): string | undefined {
  const since =
    state === 'active'
      ? queryStartAt
      : state?.startsWith('idle in transaction') === true
        ? transactionStartAt
        : (stateChangeAt ?? backendStartAt);
  return since === undefined ? undefined : spanText(serverAt - since);
}

/** Label and value of everything that the server tells of a backend. */
export function backendFields(backend: Backend, serverAt: number): (readonly [string, string])[] {
  const age = (at: number | undefined): string | undefined =>
    at === undefined ? undefined : factsText([instantText(at), spanText(serverAt - at)]);
  const fields: (readonly [string, string | undefined])[] = [
    [l10n.t('Process'), String(backend.pid)],
    [l10n.t('Type'), backend.backendType],
    [l10n.t('User'), backend.user],
    [l10n.t('Database'), backend.database],
    [l10n.t('Application'), backend.applicationName],
    [l10n.t('Client'), backend.clientAddress],
    [l10n.t('Client port'), backend.clientPort === undefined ? undefined : String(backend.clientPort)],
    [l10n.t('State'), backend.backendType === 'client backend' ? stateText(backend.state) : backend.state],
    [l10n.t('In this state since'), age(backend.stateChangeAt)],
    [l10n.t('Waits for'), factsText([backend.waitEventType, backend.waitEvent])],
    [l10n.t('Blocked by'), backend.blockedBy.join(', ')],
    [l10n.t('Connected'), age(backend.backendStartAt)],
    [l10n.t('Transaction since'), age(backend.transactionStartAt)],
    [l10n.t('Query since'), age(backend.queryStartAt)],
    [l10n.t('Query'), backend.query],
  ];
  return fields.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [[label, showControlCharacters(value)] as const],
  );
}
