import type { LogFormatName, LogSettings } from '../log/logPlace.ts';
import { sentence, type Sentence } from '../sentence.ts';
import type { ActiveIs } from '../snapshot/sourceStatus.ts';
import type { LogEvidence } from './bookFacts.ts';

/** What reading showed of a log, beside its sessions. */
export interface ReadingFacts {
  readonly bytes: number;
  /** Entries that were read, and lines that look like entries and were not understood, with one of them. */
  readonly understood: number;
  readonly skipped: number;
  readonly counterExample: string | undefined;
  readonly lostBytes: number;
  readonly truncations: number;
  readonly foreignBytes: number;
  readonly logLinePrefix: string | undefined;
  /** A time-zone abbreviation that could mean several zones; '' = times without a zone. */
  readonly guessedZone: string | undefined;
  readonly newestAt: number | undefined;
  readonly format: LogFormatName | undefined;
  /** Other servers whose lines are in the same file. */
  readonly otherServers: readonly string[];
}

/** Connects without a single disconnection line after which log_disconnections is taken to be off. */
const manyConnects = 20;
/** Values of log_connections with which no login that succeeds is logged; 18 takes a list. */
const withoutConnects = /^(?:off|false|no|0|receipt|authentication|[\s,"])*$/i;

/** How much of the present a log can tell. */
export function activeIs(evidence: LogEvidence, settings: LogSettings): ActiveIs {
  if (evidence.withoutKey > 0 || !connectsLogged(evidence, settings) || !endsLogged(evidence, settings))
    return 'unknown';
  return evidence.startSeen || evidence.serverSeen === true ? 'exact' : 'atLeast';
}

function connectsLogged(
  { connectsSeen, disconnectionsSeen, receivedSeen, receivedNotRefused }: LogEvidence,
  { logConnections }: LogSettings,
): boolean {
  if (connectsSeen > 0) return true;
  if (disconnectionsSeen > 0) return false;
  if (logConnections !== undefined) return !withoutConnects.test(logConnections);
  // who was not refused was let in, unseen, or only knocked: the log cannot tell which
  return receivedSeen && receivedNotRefused === 0;
}

/** False when sessions may end that the log does not tell of. */
export function endsLogged(
  { connectsSeen, disconnectionsSeen, silentEnds, endsChanged }: LogEvidence,
  { logDisconnections }: LogSettings,
): boolean {
  if (logDisconnections === false || endsChanged) return false;
  if (disconnectionsSeen > 0 || logDisconnections === true) return true;
  return silentEnds === 0 && connectsSeen < manyConnects;
}

/** What the numbers of this log cannot tell, each with its remedy. */
export function logWarnings(evidence: LogEvidence, settings: LogSettings, facts: ReadingFacts): Sentence[] {
  const { connectsSeen, disconnectionsSeen, receivedSeen, withoutKey } = evidence;
  const warnings: Sentence[] = [];
  if (facts.bytes === 0) return [sentence('The log is empty: nothing has been logged yet.')];
  if (facts.newestAt === undefined && facts.foreignBytes > 0) return warnings;
  if (facts.format === 'pgbouncer') return [...poolerWarnings(evidence), ...readingWarnings(facts)];
  if (connectsSeen + disconnectionsSeen === 0 && !receivedSeen) {
    warnings.push(
      sentence(
        'The log tells of no connections: turn on log_connections and log_disconnections, reload the server, and new sessions will show.',
      ),
    );
  } else if (!connectsLogged(evidence, settings)) {
    warnings.push(
      sentence(
        'Logins are not logged, so who is connected is not known: set log_connections to on (PostgreSQL 18: to all) and reload the server.',
      ),
    );
  } else if (evidence.endsChanged) {
    warnings.push(
      sentence(
        'log_disconnections was changed while the server ran, so some that are gone seem to be connected: turn it on, and restart the server for right counts.',
      ),
    );
  } else if (!endsLogged(evidence, settings)) {
    warnings.push(
      sentence(
        'log_disconnections is off, so ends are not known: turn it on and reload the server for right counts.',
      ),
    );
  }
  if (withoutKey > 0) {
    warnings.push(
      sentence(
        'The log tells neither process nor session (log_line_prefix "{0}"): add %p or %c to log_line_prefix to see who is connected.',
        facts.logLinePrefix ?? '',
      ),
    );
  }
  if (evidence.guessedNames > 0) {
    warnings.push(
      sentence(
        'Logins whose user and database could be told apart in several ways: {0}, the first of which is shown; put %u and %d into log_line_prefix, or use csvlog or jsonlog.',
        evidence.guessedNames,
      ),
    );
  }
  warnings.push(...readingWarnings(facts));
  return warnings;
}

/** PgBouncer logs who comes and goes unless it is told not to. */
function poolerWarnings({ connectsSeen, disconnectionsSeen, silentEnds }: LogEvidence): Sentence[] {
  if (connectsSeen === 0 && disconnectionsSeen > 0)
    return [
      sentence(
        'PgBouncer does not log logins, so who is connected is not known: set log_connections = 1 in pgbouncer.ini and run RELOAD.',
      ),
    ];
  if (disconnectionsSeen === 0 && (silentEnds > 0 || connectsSeen >= manyConnects))
    return [
      sentence(
        'PgBouncer does not log ends, so some that are gone seem to be connected: set log_disconnections = 1 in pgbouncer.ini and run RELOAD.',
      ),
    ];
  return [];
}

/** So many bytes of the log were never read. */
export function lostSentence(bytes: number): Sentence {
  return sentence(
    'At least {0} bytes of the log were truncated before they could be read: rotate by renaming to lose nothing.',
    bytes,
  );
}

function readingWarnings(facts: ReadingFacts): Sentence[] {
  const { understood, skipped, counterExample, lostBytes, truncations, guessedZone } = facts;
  const warnings: Sentence[] = [];
  if (understood > 0 && facts.newestAt === undefined)
    warnings.push(sentence('The log tells no times: add %m to log_line_prefix.'));
  if (facts.otherServers.length > 0) {
    warnings.push(
      sentence(
        'The file holds the logs of several servers, and only the first is read; not {0}: name a file for each.',
        facts.otherServers.slice(0, 10).join(', '),
      ),
    );
  }
  if (guessedZone !== undefined) {
    warnings.push(
      guessedZone === ''
        ? sentence(
            'The log states no time zone, so its times are read in this machine’s zone: set the time zone of the log if it is another.',
          )
        : sentence(
            '"{0}" is not one time zone, so it is read in this machine’s: set the time zone of the log if it is another.',
            guessedZone,
          ),
    );
  }
  if (skipped > 0) {
    warnings.push(
      sentence(
        'Of {0} lines that look like log lines, {1} were not understood, such as "{2}"; set log_line_prefix to the server’s if it is not "{3}".',
        understood + skipped,
        skipped,
        (counterExample ?? '').slice(0, 100),
        facts.logLinePrefix ?? '',
      ),
    );
  }
  if (lostBytes > 0) {
    warnings.push(lostSentence(lostBytes));
  } else if (truncations > 0) {
    warnings.push(
      sentence(
        'The log was truncated while it was written, and what was written just then may be lost: rotate by renaming to lose nothing.',
      ),
    );
  }
  return warnings;
}
