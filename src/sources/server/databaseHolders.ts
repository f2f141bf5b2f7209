import type { ActivitySample, Backend } from '../../core/server/activity.ts';
import type { EndingRequest, EndingRow } from '../../core/server/ending.ts';
import { sentence, SentenceError } from '../../core/sentence.ts';
import type { Sentence } from '../../core/sentence.ts';
import { endable } from './endableSessions.ts';
import type { Chosen } from './endableSessions.ts';
import type { ServerConnection } from './serverConnection.ts';

const endsByItself = new Set(['parallel worker', 'autovacuum worker']);

/** Everything in a database, and what holds it without being in it. */
export async function holdersOf(
  connection: ServerConnection,
  sample: ActivitySample,
  request: Extract<EndingRequest, { kind: 'free' | 'drop' }>,
): Promise<Chosen> {
  const { database } = request;
  const warnings = await warningsOf(connection, sample, request);
  const inside = sample.backends.filter(
    (backend) => backend.database === database && !endsByItself.has(backend.backendType),
  );
  const isSession = ({ backendType }: Backend) =>
    backendType === 'client backend' || backendType === 'walsender';
  const sessions = endable(inside.filter(isSession), sample, request);
  const workers: EndingRow[] = inside
    .filter((backend) => !isSession(backend) && backend.backendStart !== undefined)
    .map((backend) => ({ what: 'worker', backend }));
  if (workers.length > 0)
    warnings.push(sentence('Background workers may be started again by the server or by their extension.'));
  const prepared: EndingRow[] = sample.preparedTransactions
    .filter((one) => one.database === database)
    .map((transaction) => ({ what: 'preparedTransaction', transaction }));
  const slots: EndingRow[] = sample.replicationSlots
    .filter((one) => one.slotType === 'logical' && one.database === database)
    .map((slot) => ({ what: 'slot', slot }));
  if (request.kind === 'drop' && prepared.length + slots.length > 0)
    warnings.push(
      sentence(
        'Prepared transactions and replication slots are not ended by FORCE: {0}. Free the database first.',
        prepared.length + slots.length,
      ),
    );
  const held = request.kind === 'drop' ? [] : [...prepared, ...slots];
  return {
    rows: [...sessions.rows, ...workers, ...held],
    warnings: [...sessions.warnings, ...warnings],
  };
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
  { facts }: ActivitySample,
  { kind, database }: Extract<EndingRequest, { kind: 'free' | 'drop' }>,
): Promise<Sentence[]> {
  const [row] = await connection.rows<DatabaseRow>(databaseQuery, [database]);
  if (row === undefined)
    throw new SentenceError('There is no database "{0}": it may have been dropped already.', database);
  if (kind === 'drop' && facts.majorVersion < 13)
    throw new SentenceError(
      'PostgreSQL {0} cannot drop a database that is in use: free "{1}", then drop it. WITH (FORCE) came with 13.',
      facts.majorVersion,
      database,
    );
  if (kind === 'drop' && row.isTemplate)
    throw new SentenceError(
      '"{0}" is a template database, which cannot be dropped: run ALTER DATABASE … IS_TEMPLATE false first.',
      database,
    );
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
