import { sentence, type Sentence } from '../sentence.ts';
import type { ServerFacts } from './activity.ts';
import type { SettingAdvice } from './serverSnapshot.ts';
import { settingMs, settingText } from './settingValue.ts';

/** What is to be said of a value, and whether it looks right. */
interface Judgement {
  readonly looksRight: boolean;
  readonly sentence: Sentence;
}
type Judge = (value: string, facts: ServerFacts) => Judgement;

const right = (text: Sentence): Judgement => ({ looksRight: true, sentence: text });
const wrong = (text: Sentence): Judgement => ({ looksRight: false, sentence: text });
const isOff = (value: string): boolean => /^(off|false|no|0|)$/iu.test(value.trim());

/** The operating systems' own two hours are long for a connection that nobody holds any more. */
const longKeepaliveMs = 15 * 60_000;
const manyConnections = 500;

/** A timeout that is off by default, in what it bounds. */
function timeout(off: Judgement, on: (value: string) => Sentence): Judge {
  return (value) => ((settingMs(value) ?? 0) > 0 ? right(on(value)) : off);
}

/** In the order in which they are shown. A setting that this version does not have is not asked about. */
const judges: Readonly<Record<string, Judge>> = {
  max_connections: (value) =>
    Number(value) > manyConnections
      ? wrong(
          sentence(
            'So many connections take memory and time of each other: let clients share fewer in a pool such as PgBouncer.',
          ),
        )
      : right(
          sentence(
            'To raise it takes a restart, and memory for each connection: a pool is mostly the better remedy.',
          ),
        ),
  superuser_reserved_connections: (value) =>
    Number(value) > 0
      ? right(sentence('So many slots stay free for a superuser when the server is full.'))
      : wrong(
          sentence('When the server is full, nobody can get in to free it: reserve 3, as is the default.'),
        ),
  reserved_connections: () =>
    right(sentence('So many slots are kept for roles with pg_use_reserved_connections.')),
  idle_in_transaction_session_timeout: timeout(
    wrong(
      sentence(
        'A transaction that is forgotten keeps its locks for ever: set it, to 10min for instance, for the roles of applications.',
      ),
    ),
    () => sentence('Transactions that are forgotten are ended.'),
  ),
  idle_session_timeout: timeout(
    right(sentence('Idle sessions are never ended: right where pools keep them.')),
    () => sentence('Idle sessions are ended: make it longer than the idle time of every pool.'),
  ),
  transaction_timeout: timeout(right(sentence('Transactions may take as long as they like.')), () =>
    sentence('Every longer transaction is ended, dumps and maintenance too.'),
  ),
  statement_timeout: timeout(
    right(sentence('Statements may take as long as they like; set it for the roles of applications.')),
    () => sentence('Every longer statement is ended, dumps and maintenance too: better set for roles.'),
  ),
  lock_timeout: timeout(right(sentence('Waits for locks have no bound; set it for migrations.')), () =>
    sentence('Longer waits for locks end with an error.'),
  ),
  client_connection_check_interval: timeout(
    right(sentence('A statement whose client has gone runs to its end.')),
    () => sentence('A statement ends soon after its client has gone.'),
  ),
  tcp_keepalives_idle: keepalivesIdle,
  tcp_keepalives_interval: () => right(sentence('The pause between two probes; 0 is the system’s own.')),
  tcp_keepalives_count: () => right(sentence('So many lost probes end a connection; 0 is the system’s own.')),
  log_connections: logConnections,
  log_disconnections: (value) =>
    isOff(value)
      ? wrong(
          sentence(
            'The log does not tell who leaves, so that it cannot tell who is connected: turn on connection logging.',
          ),
        )
      : right(sentence('The log tells who leaves.')),
  log_lock_waits: (value) =>
    isOff(value)
      ? wrong(sentence('The log does not tell of waits for locks: turn it on.'))
      : right(sentence('The log tells of waits longer than deadlock_timeout.')),
  track_activities: (value) =>
    isOff(value)
      ? wrong(sentence('States and statements of sessions stay unknown: turn it on.'))
      : right(sentence('States and statements of sessions are known.')),
};

/** Lengths of time by the unit of their bare numbers in `pg_settings`; the others have none. */
const timeUnits: Readonly<Record<string, 'ms' | 's'>> = {
  idle_in_transaction_session_timeout: 'ms',
  idle_session_timeout: 'ms',
  transaction_timeout: 'ms',
  statement_timeout: 'ms',
  lock_timeout: 'ms',
  client_connection_check_interval: 'ms',
  tcp_keepalives_idle: 's',
  tcp_keepalives_interval: 's',
};

/** Settings that decide how long connections live and what is known of them: those that the server told. */
export function settingAdvice(facts: ServerFacts): SettingAdvice[] {
  return Object.entries(judges).flatMap(([name, judge]) => {
    const value = valueOf(name, facts);
    return value === undefined ? [] : [{ name, value: shownValue(name, value), ...judge(value, facts) }];
  });
}

/** As SHOW writes it: `10min` for 600000. */
function shownValue(name: string, value: string): string {
  const ms = timeUnits[name] === undefined ? undefined : settingMs(value, timeUnits[name]);
  return ms === undefined ? value : settingText(ms);
}

function valueOf(name: string, facts: ServerFacts): string | undefined {
  if (name === 'max_connections') return String(facts.maxConnections);
  if (name === 'superuser_reserved_connections') return String(facts.superuserReservedConnections);
  if (name === 'reserved_connections')
    return facts.majorVersion >= 16 ? String(facts.reservedConnections) : undefined;
  return Object.hasOwn(facts.settings, name) ? facts.settings[name] : undefined;
}

/** Over a Unix socket the server shows 0 whatever is set: then this says nothing (manual, section 20.3.2). */
function keepalivesIdle(value: string, { host }: ServerFacts): Judgement {
  const idleMs = settingMs(value, 's') ?? 0;
  if (idleMs === 0 && host.startsWith('/'))
    return right(sentence('Over a Unix socket there are no keepalives: look over TCP to see what is set.'));
  return idleMs > 0 && idleMs <= longKeepaliveMs
    ? right(sentence('A client that vanished is noticed after that time, and a few probes.'))
    : wrong(
        sentence(
          'A client that vanished keeps its connection for hours: set it to 60, for instance, with tcp_keepalives_interval and tcp_keepalives_count.',
        ),
      );
}

/** On or off; from 18 on a list, of which `authorization` tells who came. */
function logConnections(value: string): Judgement {
  if (isOff(value)) return wrong(sentence('The log does not tell who connects: turn on connection logging.'));
  const isList = !/^(on|true|yes|1)$/iu.test(value.trim());
  const words = value.toLowerCase().split(/[\s,]+/u);
  return isList && !words.includes('authorization') && !words.includes('all')
    ? wrong(sentence('The log does not tell as whom clients connect: add authorization to the list.'))
    : right(sentence('The log tells who connects.'));
}
