import { bytesOf } from './record.ts';

/** Who logs in, to what, and how. All texts are bytes. */
export interface Identity {
  readonly user: string;
  readonly database: string;
  readonly app: string | undefined;
  /** scram logs that it authenticated; trust does not (before 17). */
  readonly scram: boolean;
  readonly authenticated: string;
  readonly authorized: string;
  /** What a disconnection says of it, up to the host. */
  readonly left: string;
  readonly replication: boolean;
}

const users = [
  ...['app', 'web', 'report', 'batch', 'postgres', 'müller', '二郎', 'a b', "o'c", 'o"r'],
  ...['MixedCase', 'x=y', 'app@example.org', 'etl_loader', 'monitoring'],
];
const databases = ['shop', 'shop', 'shop', 'postgres', 'analytics', 'my db', 'été', 'a=b', 'billing'];
const applications = [
  ...['web-1', 'web-2', 'web-3', 'psql', 'pgbench', 'PostgreSQL JDBC Driver', 'My App (web) [1]'],
  // as 15 writes what is not ASCII
  ...['t??che ??n??code', 'user=evil database=postgres', 'x SSL enabled', undefined, undefined],
];
const tls = ' SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)';

export const hosts: readonly string[] = [
  ...Array.from({ length: 30 }, (_, number) => `10.0.${number % 3}.${number + 7}`),
  ...['[local]', '[local]', '[local]', '[local]', '127.0.0.1', '::1', 'fd12:3456:789a::5'],
];

/** 120 identities, one in thirty of them a walsender's. */
export function castOf(random: () => number): Identity[] {
  const anyOf = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  return Array.from({ length: 120 }, (_, index) => {
    const scram = random() < 0.5;
    const encryption = random() < 0.3 ? tls : '';
    if (index % 30 === 29) return walsender(scram, `standby ${index}`, encryption);
    const user = bytesOf(anyOf(users) ?? '');
    const database = bytesOf(anyOf(databases) ?? '');
    return client(user, database, anyOf(applications), scram, encryption);
  });
}

function client(
  user: string,
  database: string,
  app: string | undefined,
  scram: boolean,
  encryption: string,
): Identity {
  const called = app === undefined ? '' : ` application_name=${app}`;
  return {
    ...{ user, database, app, scram, replication: false },
    authenticated: authenticatedText(user),
    authorized: `connection authorized: user=${user} database=${database}${called}${encryption}`,
    left: ` user=${user} database=${database} host=`,
  };
}

function walsender(scram: boolean, app: string, encryption: string): Identity {
  const user = 'replicator';
  return {
    ...{ user, database: '', app, scram, replication: true },
    authenticated: authenticatedText(user),
    authorized: `replication connection authorized: user=${user} application_name=${app}${encryption}`,
    left: ` user=${user} database= host=`,
  };
}

function authenticatedText(user: string): string {
  return `connection authenticated: identity="${user}" method=scram-sha-256 (/var/lib/postgresql/15/main/pg_hba.conf:97)`;
}
