import type { Identity } from './cast.ts';
import { bodyOf, type Body } from './record.ts';

/** A login that is turned away: when, and with what FATAL. */
export interface Refusal {
  /** `connection authorized` was printed before: role, database and limits are checked after it. */
  readonly afterAuthorized: boolean;
  readonly fatal: (identity: Identity, host: string) => Body;
}

const fatal = (sqlState: string, message: string, more: Partial<Body> = {}): Body =>
  bodyOf({ severity: 'FATAL', sqlState, message, commandTag: 'startup', ...more });

const rule = 'Connection matched pg_hba.conf line 97: "host all all 10.0.0.0/8 scram-sha-256"';

const early: Refusal['fatal'][] = [
  ({ user }) =>
    fatal('28P01', `password authentication failed for user "${user}"`, {
      detail: `Password does not match for user "${user}".\n${rule}`,
      commandTag: 'authentication',
    }),
  ({ user }) =>
    fatal('28P01', `password authentication failed for user "${user}"`, {
      detail: rule,
      commandTag: 'authentication',
    }),
  ({ user, database, replication }, host) =>
    fatal(
      '28000',
      replication
        ? `no pg_hba.conf entry for replication connection from host "${host}", user "${user}", no encryption`
        : `no pg_hba.conf entry for host "${host}", user "${user}", database "${database}", no encryption`,
      { commandTag: 'authentication' },
    ),
];

const late: Refusal['fatal'][] = [
  ({ database }) => fatal('3D000', `database "${database}" does not exist`),
  ({ user }) => fatal('28000', `role "${user}" does not exist`),
  ({ user }) => fatal('53300', `too many connections for role "${user}"`),
  ({ database }) => fatal('53300', `too many connections for database "${database}"`),
  () => fatal('53300', 'remaining connection slots are reserved for non-replication superuser connections'),
  ({ database }) =>
    fatal('42501', `permission denied for database "${database}"`, {
      detail: 'User does not have CONNECT privilege.',
    }),
];

/** Of a walsender neither the database nor its limits are checked. */
const lateOfWalsender: Refusal['fatal'][] = [
  () => fatal('42501', 'must be superuser or replication role to start walsender'),
];

/** One of the ways to be turned away. */
export function refusalOf({ replication }: Identity, random: () => number): Refusal {
  const afterAuthorized = random() < 0.6;
  const list = !afterAuthorized ? early : replication ? lateOfWalsender : late;
  return { afterAuthorized, fatal: list[Math.floor(random() * list.length)] ?? (() => fatal('XX000', '')) };
}

/** While the server goes, or is not back yet, everybody is told so before authentication. */
export function turnedAway(message: string): Body {
  return fatal('57P03', message, { commandTag: '' });
}
