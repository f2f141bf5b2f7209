import { poolerFindingsOf, poolerTotals } from '../pool/poolerFindings.ts';
import type { PoolerSample, PoolerTrace } from '../pool/poolerSample.ts';
import { isoInstant } from './jsonText.ts';
import { findingDocument, poolDocument, type PoolDocument, type PoolFindingDocument } from './poolJson.ts';
import { sumOfPools } from './poolReport.ts';
import { findingLines, poolTable } from './poolText.ts';
import { createPaint, padEndTo, shownName, widthOf } from './shownText.ts';
import { showControlCharacters } from './controlCharacters.ts';
import type { TextStyle } from './summaryText.ts';

/** What `connections pool URI --json` prints of PgBouncer's console (schemas/pooler.schema.json): additions only. */
export interface PoolerDocument {
  readonly pooler: {
    readonly version: string;
    readonly at: string | null;
    readonly maxClients: number | null;
    readonly clients: number | null;
  };
  readonly pools: readonly (PoolDocument & {
    readonly database: string;
    readonly user: string;
    readonly poolMode: string;
    readonly clientsActive: number;
    readonly clientsWaiting: number;
    readonly serversActive: number;
    readonly serversIdle: number;
  })[];
  readonly pool: PoolDocument;
  readonly clients: readonly {
    readonly user: string;
    readonly database: string;
    readonly application: string | null;
    readonly host: string;
    readonly port: number | null;
    readonly state: string;
    readonly waitMs: number;
    readonly server: string | null;
    readonly backendPid: number | null;
  }[];
  readonly findings: readonly PoolFindingDocument[];
  readonly warnings: readonly string[];
}

export function poolerDocument(sample: PoolerSample): PoolerDocument {
  const totals = poolerTotals(sample);
  const most = Number(sample.config['max_client_conn'] ?? Number.NaN);
  return {
    pooler: {
      version: sample.version,
      at: isoInstant(sample.takenAt),
      maxClients: Number.isFinite(most) ? most : null,
      clients: sample.lists['used_clients'] ?? null,
    },
    pools: sample.pools.map((pool, index) => ({
      ...poolDocument(totals[index] ?? sumOfPools([])),
      database: pool.database,
      user: pool.user,
      poolMode: pool.poolMode,
      clientsActive: pool.clientsActive,
      clientsWaiting: pool.clientsWaiting,
      serversActive: pool.serversActive,
      serversIdle: pool.serversIdle,
    })),
    pool: poolDocument(sumOfPools(totals)),
    clients: sample.clients.map((client) => ({
      user: client.user,
      database: client.database,
      application: client.applicationName ?? null,
      host: client.clientAddress,
      port: client.clientPort ?? null,
      state: client.state,
      waitMs: client.waitMs,
      server: client.server?.server ?? null,
      backendPid: client.server?.backendPid ?? null,
    })),
    findings: poolerFindingsOf(sample).map(findingDocument),
    warnings: [],
  };
}

const mostShownClients = 50;

/** Pools, findings, and who works through which backend now. Ends without a line break. */
export function poolerText(sample: PoolerSample, label: string, style: TextStyle): string {
  const paint = createPaint(style.colour);
  const blocks = [
    `PgBouncer ${showControlCharacters(sample.version)} at ${showControlCharacters(label)}`,
    poolTable(poolerTotals(sample), paint),
  ];
  const findings = poolerFindingsOf(sample);
  if (findings.length > 0) blocks.push(findingLines(findings, paint));
  if (sample.clients.length > 0)
    blocks.push([paint('bold', 'Clients:'), ...clientLines(sample.clients)].join('\n'));
  return blocks.join('\n\n');
}

/** Linked ones first: application, client, and the backend's pid behind the arrow. */
function clientLines(clients: readonly PoolerTrace[]): string[] {
  const sorted = [...clients].sort((a, b) => Number(b.server !== undefined) - Number(a.server !== undefined));
  const rows = sorted.slice(0, mostShownClients).map((client) => ({
    who: `${shownName(client.applicationName)}  ${shownName(`${client.user}@${client.database}`)}`,
    from: `${shownName(client.clientAddress)}${client.clientPort === undefined ? '' : `:${client.clientPort}`}`,
    at: client.server ? `backend ${client.server.backendPid ?? 'unknown'}` : client.state,
  }));
  const width = (key: 'who' | 'from'): number =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[key])), 0);
  const lines = rows.map(
    (row) => `  ${padEndTo(row.who, width('who'))}  ${padEndTo(row.from, width('from'))}  ${row.at}`,
  );
  const more = clients.length - rows.length;
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}
