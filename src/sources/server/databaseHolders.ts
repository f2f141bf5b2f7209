import type { ActivitySample, Backend } from '../../core/server/activity.ts';
import type { EndingRequest, EndingRow } from '../../core/server/ending.ts';
import { sentence, SentenceError } from '../../core/sentence.ts';
import type { Sentence } from '../../core/sentence.ts';
import { endable } from './endableSessions.ts';
import type { Chosen } from './endableSessions.ts';
import type { ServerConnection } from './serverConnection.ts';

type DatabaseRequest = Extract<EndingRequest, { kind: 'free' | 'drop' }>;

const endsByItself = new Set(['parallel worker', 'autovacuum worker']);

const isSession = ({ backendType }: Backend): boolean =>
  backendType === 'client backend' || backendType === 'walsender';

/** Everything in a database, and what holds it without being in it. */
export async function holdersOf(
  connection: ServerConnection,
  sample: ActivitySample,
  request: DatabaseRequest,
): Promise<Chosen> {
  const { kind, database } = request;
  const warnings = await warningsOf(connection, sample, request);
  const inside = sample.backends.filter(
    (backend) => backend.database === database && !endsByItself.has(backend.backendType),
  );
  const sessions = endable(inside.filter(isSession), sample, request);
  const workers: EndingRow[] = inside
    .filter((backend) => !isSession(backend) && backend.backendStart !== undefined)
    .map((backend) => ({ what: 'worker', backend }));
  if (workers.length > 0)
    warnings.push(sentence('Background workers may be started again by the server or by their extension.'));
  const held = heldBy(sample, database);
  const inTheWay = held.filter((row) => row.what !== 'slot' || row.slot.active).length;
  if (kind === 'drop' && inTheWay > 0)
    warnings.push(
      sentence(
        'Prepared transactions and active replication slots are not ended by FORCE: {0}. Free the database first.',
        inTheWay,
      ),
    );
  return {
    rows: [...sessions.rows, ...workers, ...(kind === 'drop' ? [] : held)],
    warnings: [...sessions.warnings, ...warnings],
  };
}

/** Prepared transactions and logical slots: they hold a database without being a process. */
function heldBy({ preparedTransactions, replicationSlots }: ActivitySample, database: string): EndingRow[] {
  const prepared = preparedTransactions
    .filter((one) => one.database === database)
    .map((transaction): EndingRow => ({ what: 'preparedTransaction', transaction }));
  const slots = replicationSlots
    .filter((one) => one.slotType === 'logical' && one.database === database)
    .map((slot): EndingRow => ({ what: 'slot', slot }));
  return [...prepared, ...slots];
}

interface DatabaseRow {
  readonly isTemplate: boolean;
  readonly allowsConnections: boolean;
  readonly subscriptions: number;
}

const databaseQuery = `SELECT datistemplate AS "isTemplate", datallowconn AS "allowsConnections",
  (SELECT count(*)::int FROM pg_subscription WHERE subdbid = pg_database.oid) AS "subscriptions"
  FROM pg_database WHERE datname = $1`;

async function warningsOf(
  connection: ServerConnection,
  sample: ActivitySample,
  request: DatabaseRequest,
): Promise<Sentence[]> {
  const { kind, database } = request;
  const [row] = await connection.rows<DatabaseRow>(databaseQuery, [database]);
  if (row === undefined)
    throw new SentenceError('There is no database "{0}": it may have been dropped already.', database);
  if (kind === 'drop') requireDroppable(row, sample, database);
  const warnings: Sentence[] = [];
  if (kind === 'drop')
    warnings.push(sentence('Database "{0}" and everything in it will be gone for good.', database));
  if (row.subscriptions > 0)
    warnings.push(
      sentence(
        'Subscriptions in "{0}" stay, and their workers come back: {1}. Disable or drop them.',
        database,
        row.subscriptions,
      ),
    );
  if (!row.allowsConnections && kind === 'free')
    warnings.push(sentence('"{0}" takes no connections, so what is prepared there stays.', database));
  return warnings;
}

function requireDroppable({ isTemplate }: DatabaseRow, { facts }: ActivitySample, database: string): void {
  if (facts.majorVersion < 13)
    throw new SentenceError(
      'PostgreSQL {0} cannot drop a database that is in use: free "{1}", then drop it. WITH (FORCE) came with 13.',
      facts.majorVersion,
      database,
    );
  if (isTemplate)
    throw new SentenceError(
      '"{0}" is a template database, which cannot be dropped: run ALTER DATABASE … IS_TEMPLATE false first.',
      database,
    );
}
