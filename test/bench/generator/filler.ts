import { bodyOf, logOf, type Body } from './record.ts';
import { Statements } from './statements.ts';

/** What a log is full of beside connections: texts said again and again, by whoever. */
export interface Filler {
  /** Said by sessions. */
  readonly ofSessions: readonly Body[];
  /** Said by processes without a client, with the backend type of each. */
  readonly ofServer: readonly (readonly [backendType: string, body: Body])[];
}

const kept = 4000;

/** The filler of a log; how often each kind comes is calibrated on a server that logs statements. */
export function fillerOf(random: () => number): Filler {
  const statements = new Statements(random);
  const ofSessions = Array.from({ length: kept }, () => sessionBody(statements, random));
  const ofServer = Array.from({ length: 200 }, () => serverBody(random));
  return { ofSessions, ofServer };
}

const log = (message: string, commandTag: string, more: Partial<Body> = {}): Body =>
  bodyOf({ ...logOf(message, commandTag), ...more });
const error = (sqlState: string, message: string, statement: string, more: Partial<Body> = {}): Body =>
  bodyOf({ severity: 'ERROR', sqlState, message, statement, commandTag: 'SELECT', ...more });

function sessionBody(statements: Statements, random: () => number): Body {
  const roll = random();
  const ms = (random() * 300).toFixed(3);
  if (roll < 0.62) return log(`duration: ${ms} ms  statement: ${statements.short()}`, 'SELECT');
  if (roll < 0.71) return log(`duration: ${ms} ms  statement: ${statements.long()}`, 'SELECT');
  if (roll < 0.84)
    return log(`duration: ${ms} ms  execute <unnamed>: ${statements.short()}`, 'SELECT', {
      detail: `parameters: $1 = '${Math.floor(random() * 1e6)}', $2 = 'connection', $3 = NULL`,
    });
  if (roll < 0.996) return errorBody(statements, random);
  return trap(statements, random);
}

function errorBody(statements: Statements, random: () => number): Body {
  const id = Math.floor(random() * 1e6);
  const roll = random();
  if (roll < 0.3)
    return error(
      '23505',
      'duplicate key value violates unique constraint "orders_pkey"',
      statements.short(),
      {
        detail: `Key (id)=(${id}) already exists.`,
        commandTag: 'INSERT',
      },
    );
  if (roll < 0.5)
    return error('42703', 'column "totl_amount" does not exist', statements.long(), {
      hint: 'Perhaps you meant to reference the column "t.total_amount".',
      position: 8 + (id % 90),
    });
  if (roll < 0.65) return error('22012', 'division by zero', statements.short());
  if (roll < 0.8)
    return error('P0001', `order ${id} is closed`, statements.short(), {
      context: 'PL/pgSQL function close_order(bigint) line 7 at RAISE',
    });
  return error('40P01', 'deadlock detected', statements.long(), {
    detail: `Process ${id % 30_000} waits for ShareLock on transaction ${id}; blocked by process ${id % 20_000}.\nProcess ${id % 20_000} waits for ShareLock on transaction ${id - 1}; blocked by process ${id % 30_000}.`,
    hint: 'See server log for query details.',
    context: `while updating tuple (${id % 900},3) in relation "orders"`,
  });
}

/** What holds the words of connections and tells of none. */
function trap(statements: Statements, random: () => number): Body {
  const roll = random();
  const port = 5000 + Math.floor(random() * 900);
  if (roll < 0.3)
    return error('08001', 'could not connect to server "archive"', statements.short(), {
      detail: `connection to server at "10.0.9.9", port ${port} failed: FATAL:  password authentication failed for user "fdw"`,
    });
  if (roll < 0.35)
    return log('connection authorized: user=nobody database=shop', 'DO', {
      context: 'PL/pgSQL function inline_code_block line 3 at RAISE',
      statement: `DO $$ BEGIN\n\nRAISE LOG 'connection authorized: user=%', 'nobody database=shop'; END $$`,
    });
  if (roll < 0.6)
    return log(`statement: SELECT 'disconnection: session time: 0:00:01.000 user=nobody'`, 'SELECT');
  return log(`statement: ${statements.imitation()}`, 'INSERT');
}

function serverBody(random: () => number): readonly [string, Body] {
  const number = Math.floor(random() * 5000);
  const roll = random();
  if (roll < 0.3)
    return [
      'checkpointer',
      logOf(
        `checkpoint complete: wrote ${number} buffers (4.2%); 0 WAL file(s) added, 0 removed, 2 recycled; write=0.049 s, sync=0.001 s, total=0.051 s; sync files=12, longest=0.001 s, average=0.001 s; distance=29668 kB, estimate=29668 kB`,
      ),
    ];
  if (roll < 0.5) return ['checkpointer', logOf('checkpoint starting: time')];
  return [
    'autovacuum worker',
    logOf(
      `automatic vacuum of table "shop.public.sessions": index scans: 1\npages: 0 removed, ${number} remain, ${number} scanned (100.00% of total)\ntuples: ${number} removed, 17 remain, 0 are dead but not yet removable\nsystem usage: CPU: user: 0.01 s, system: 0.00 s, elapsed: 0.03 s`,
    ),
  ];
}
