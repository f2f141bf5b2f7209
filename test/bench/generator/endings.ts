import { bodyOf, type Body } from './record.ts';

const statement = 'SELECT pg_sleep(60) -- waits for the connection';
const fatal = (sqlState: string, message: string, more: Partial<Body> = {}): Body =>
  bodyOf({ severity: 'FATAL', sqlState, message, commandTag: 'idle', ...more });
/** Of a client that is gone. */
const lost = (message: string, more: Partial<Body> = {}): Body =>
  bodyOf({ severity: 'LOG', sqlState: '08006', message, commandTag: 'idle in transaction', ...more });

/** Told when the administrator, or a shutdown, ends a session. */
export const administratorCommand = fatal('57P01', 'terminating connection due to administrator command');

/** How the server ends a session: the last of these is its FATAL. */
const endings: readonly (readonly [...Body[], Body])[] = [
  [administratorCommand],
  [bodyOf({ ...administratorCommand, commandTag: 'SELECT', statement })],
  [
    fatal('25P03', 'terminating connection due to idle-in-transaction timeout', {
      commandTag: 'idle in transaction',
    }),
  ],
  [fatal('57P05', 'terminating connection due to idle-session timeout')],
  [
    lost('could not send data to client: Broken pipe', {
      commandTag: 'SELECT',
      statement: 'SELECT * FROM events',
    }),
    fatal('08006', 'connection to client lost', { commandTag: 'SELECT', statement: 'SELECT * FROM events' }),
  ],
];

/** One of the ways. */
export function endingOf(random: () => number): readonly Body[] {
  return endings[Math.floor(random() * endings.length)] ?? [];
}

/** What the server says of a client that went away by itself, not in the best manner; its disconnection follows. */
export const rudeEnds: readonly [Body, Body] = [
  lost('could not receive data from client: Connection reset by peer'),
  lost('unexpected EOF on client connection with an open transaction'),
];
