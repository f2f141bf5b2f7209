import { env, l10n } from 'vscode';
import {
  programName,
  type DiscoveredLog,
  type DiscoveryKind,
  type LogFormatName,
} from '../core/log/logPlace.ts';
import { showControlCharacters } from '../core/report/controlCharacters.ts';
import { usableLocale } from '../core/report/usableLocale.ts';
import type { Sentence } from '../core/sentence.ts';
import type { Dimension } from '../core/session/filter.ts';
import type { Totals } from '../core/snapshot/sourceStatus.ts';

/** The sentence in the editor's language; what the log put into it is shown as it is, never run. */
export function say({ message, args }: Sentence): string {
  const shown = args.map((arg) => (typeof arg === 'string' ? showControlCharacters(arg) : arg));
  return l10n.t(message, ...shown);
}

/** A name from the log; a missing one reads *unknown*. */
export function nameText(name: string | undefined): string {
  return name === undefined ? l10n.t('unknown') : showControlCharacters(name);
}

/** `user@database`; the user alone where the log names no database. */
export function whoText(user: string | undefined, database: string | undefined): string {
  if (database === undefined && user !== undefined) return nameText(user);
  return l10n.t('{0}@{1}', nameText(user), nameText(database));
}

/** Quick picks and notifications draw `$(icon)` and `[text](link)`: a name from the log must not. */
export function inertText(text: string): string {
  return showControlCharacters(text).replaceAll('$(', '\\$(').replaceAll('](', '] (');
}

/** Letters that are written from right to left. */
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** Facts with such letters stay where they are (LRI, PDI): they would change places with the counts and names beside them. */
export function inPlace(facts: string): string {
  if (!rightToLeft.test(facts)) return facts;
  const isolate = (fact: string): string => (rightToLeft.test(fact) ? `\u2066${fact}\u2069` : fact);
  return facts.split(' · ').map(isolate).join(' · ');
}

/**
 * The text as Markdown that shows it as it is: every character that Markdown, HTML or an icon could begin with is
 * escaped (CommonMark allows that for all ASCII punctuation). Lines stay lines; unlike with
 * `MarkdownString.appendText`, spaces stay spaces, so that a long message wraps.
 */
export function markdownText(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => showControlCharacters(line).replace(/[!-/:-@[-`{-~]/gu, '\\$&'));
  return lines.join('  \n');
}

/** A span of time in its largest whole unit, `12 s` or `3 min`. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return l10n.t('{0} s', seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return l10n.t('{0} min', minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? l10n.t('{0} h', hours) : l10n.t('{0} d', Math.floor(hours / 24));
}

const locale = usableLocale(env.language);
/** 24 hours in every locale, as the log itself writes it. */
const timeStyle = { timeStyle: 'medium', hourCycle: 'h23' } as const;
const clock = new Intl.DateTimeFormat(locale, timeStyle);
const dateAndClock = new Intl.DateTimeFormat(locale, { ...timeStyle, dateStyle: 'medium' });

/** An instant in the machine's zone: the time alone for the day of `now`, else with the date. */
export function instantText(at: number | undefined, now: number = Date.now()): string {
  if (at === undefined) return l10n.t('unknown time');
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return (sameDay ? clock : dateAndClock).format(at);
}

const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** `1.2 s`: what is cut is cut, not rounded. */
export function tenthsText(ms: number): string {
  return l10n.t('{0} s', tenths.format(Math.floor(ms / 100) / 10));
}

/** `1.2 s behind: the log is written faster than it is read.` */
export function behindText(behindMs: number): string {
  return l10n.t(
    '{0} behind: the log is written faster than it is read.',
    behindMs < 60_000 ? tenthsText(behindMs) : spanText(behindMs),
  );
}

/** Facts beside each other, as in a row's description; missing ones are left out. */
export function factsText(facts: readonly (string | undefined)[]): string {
  return facts.filter((fact) => fact !== undefined && fact !== '').join(' · ');
}

/** The heading of a grouping. */
export function dimensionText(dimension: Dimension): string {
  switch (dimension) {
    case 'database':
      return l10n.t('By database');
    case 'user':
      return l10n.t('By user');
    case 'application':
      return l10n.t('By application');
    case 'host':
      return l10n.t('By host');
  }
}

function kindText(kind: DiscoveryKind): string | undefined {
  switch (kind) {
    case 'pgrx':
      return 'pgrx';
    case 'pgrx-tests':
      return l10n.t('pgrx tests');
    case 'debian':
      return 'Debian';
    case 'homebrew':
      return 'Homebrew';
    case 'pgdata':
      return 'PGDATA';
    case 'postmaster':
    case 'path':
    case 'command':
    case 'server':
    case 'demo':
      return undefined;
  }
}

/**
 * `PostgreSQL 17` and where it is from; for a log of an unknown server, the name of its file. `version` is what the
 * log itself says, where that is known.
 */
export function serverText(
  log: DiscoveredLog,
  version = log.serverVersion,
  format: LogFormatName | undefined = log.format,
): string {
  if (version === undefined) return showControlCharacters(log.path?.split(/[\\/]/u).pop() ?? log.id);
  return factsText([showControlCharacters(`${programName(format)} ${version}`), kindText(log.kind)]);
}

/** A path with the home folder as `~`, and what cannot be seen in it written out. */
export function pathText(path: string | undefined, home: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const rest = path.slice(home?.length);
  const isBelow = home !== undefined && home !== '' && path.startsWith(home) && /^[\\/]/u.test(rest);
  return showControlCharacters(isBelow ? `~${rest}` : path);
}

/** The counts since the last Clear, one fact each. */
export function totalsText(totals: Totals): string {
  return factsText([
    l10n.t('Connects: {0}', totals.connects),
    l10n.t('disconnects: {0}', totals.disconnects),
    totals.lost > 0 ? l10n.t('lost: {0}', totals.lost) : undefined,
    l10n.t('failed: {0}', totals.failures),
  ]);
}
