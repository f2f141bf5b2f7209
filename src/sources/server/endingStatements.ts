import type { EndingRequest, EndingRow } from '../../core/server/ending.ts';
import { milliseconds } from './activityQueries.ts';
import type { ServerConnection } from './serverConnection.ts';

/** One statement with its parameters; `$n` in the text stands for `values[n - 1]`. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** By pid and start: a pid alone is given to another session one day. Ours is never meant. */
const sameBackend = 'pid = $1 AND backend_start = $2::timestamptz AND pid <> pg_backend_pid()';

const terminate = `SELECT pg_terminate_backend(pid) AS signalled FROM pg_stat_activity WHERE ${sameBackend}`;
const terminateClient = `${terminate} AND backend_type = 'client backend'`;
const terminateIdle = `${terminateClient} AND state = $3`;
/** What holds a database; parallel workers end with their leader, and autovacuum gives way by itself. */
const terminateIn = `${terminate} AND datname = $3 AND backend_type NOT IN ('parallel worker', 'autovacuum worker')`;
/** Only the statement that was shown: a newer one of the session is another. */
const cancel = `SELECT pg_cancel_backend(pid) AS signalled FROM pg_stat_activity WHERE ${sameBackend} AND backend_type = 'client backend' AND state IN ('active', 'fastpath function call') AND ${milliseconds('query_start')} = $3`;
/** pg_prepared_xacts names a gid once in the whole server; it is rolled back in its own database. */
export const preparedStill =
  'SELECT gid FROM pg_prepared_xacts WHERE gid = $1 AND database = $2 AND floor(extract(epoch FROM prepared) * 1000) = $3';
const dropSlot =
  "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1 AND database = $2 AND slot_type = 'logical'";

/** The statement that ends one row of a request; undefined where the request names nothing that can be ended so. */
export function statementOf(
  request: EndingRequest,
  row: EndingRow,
  connection: Pick<ServerConnection, 'literal'>,
): Statement | undefined {
  switch (row.what) {
    case 'session':
    case 'worker':
      return backendStatement(request, row);
    case 'preparedTransaction':
      return { sql: `ROLLBACK PREPARED ${connection.literal(row.transaction.gid)}`, values: [] };
    case 'slot':
      return row.slot.database === undefined
        ? undefined
        : { sql: dropSlot, values: [row.slot.name, row.slot.database] };
  }
}

function backendStatement(
  request: EndingRequest,
  { what, backend }: Extract<EndingRow, { what: 'session' | 'worker' }>,
): Statement | undefined {
  const { pid, backendStart, state, queryStartAt } = backend;
  if (backendStart === undefined) return undefined;
  const same = [pid, backendStart];
  switch (request.kind) {
    case 'free':
      return { sql: terminateIn, values: [...same, request.database] };
    case 'drop':
      return undefined;
    case 'cancel':
      return what === 'worker' || queryStartAt === undefined
        ? undefined
        : { sql: cancel, values: [...same, queryStartAt] };
    case 'idleLongerThan':
    case 'idleInTransactionLongerThan':
      return what === 'worker' || state === undefined
        ? undefined
        : { sql: terminateIdle, values: [...same, state] };
    case 'terminate':
    case 'database':
    case 'allButUsers':
      return what === 'worker' ? undefined : { sql: terminateClient, values: same };
  }
}

/** `DROP DATABASE` ends its sessions itself; 13 and later. */
export function dropStatement(database: string, connection: Pick<ServerConnection, 'identifier'>): string {
  return `DROP DATABASE ${connection.identifier(database)} WITH (FORCE)`;
}

/** Everything that will run, as it will run: each statement once, with a line of parameters for each row. */
export function shownSql(
  request: EndingRequest,
  rows: readonly EndingRow[],
  connection: Pick<ServerConnection, 'literal' | 'identifier'>,
): string {
  if (request.kind === 'drop') return `${dropStatement(request.database, connection)};`;
  const parameters = new Map<string, string[]>();
  for (const row of rows) {
    const statement = statementOf(request, row, connection);
    if (statement === undefined) continue;
    const lines = parameters.get(statement.sql) ?? [];
    if (statement.values.length > 0) lines.push(parameterLine(statement.values, connection));
    parameters.set(statement.sql, lines);
  }
  return [...parameters].map(([sql, lines]) => [`${sql};`, ...lines].join('\n')).join('\n\n');
}

/** In a comment, so a line end in a name must not end it. */
function parameterLine(
  values: readonly (string | number)[],
  connection: Pick<ServerConnection, 'literal'>,
): string {
  const shown = values.map((value, index) => {
    const text = typeof value === 'number' ? String(value) : connection.literal(value);
    return `$${index + 1} = ${text.replace(/[\r\n]+/g, ' ')}`;
  });
  return `-- ${shown.join(', ')}`;
}
