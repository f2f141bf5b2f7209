import { keyholder } from './cast.ts';
import type { Login } from './visitor.ts';

/** Logins that are refused before `connection authorized`. */
export const refusedAtTheDoor: readonly Login[] = [
  { ...keyholder, password: 'wrong', database: 'shop' },
  { user: 'app', database: 'nowhere' },
  { user: 'rejected', database: 'shop', application: 'web-1' },
  { user: 'rejected', database: 'my db', overSocket: true },
  { user: 'a b', database: 'template1', overSocket: true },
];

/** Logins of which the log says `connection authorized`, and which are refused after that. */
export const refusedAfterAuthorization: readonly Login[] = [
  { user: 'app', database: 'shpo', application: 'My App (web) [1]' },
  { user: 'nobody here', database: 'shop' },
  { user: 'lodger', database: 'shop', application: 'x SSL enabled' },
  { user: 'crowded', database: 'postgres', overSocket: true },
  { user: 'müller', database: 'tiny' },
  { user: 'x=y', database: 'closed', overSocket: true },
  { user: 'app', database: 'frozen', application: 'web-1' },
  { user: 'MixedCase', database: 'shop', options: '-c no_such_parameter=1' },
  { user: 'app', database: 'my db', options: '-c shared_buffers=1MB' },
];

/** Walsenders that are refused: by pg_hba.conf, and after `replication connection authorized`. */
export const refusedReplication: readonly Login[] = [
  { user: 'app', replication: 'true' },
  { user: 'app', replication: 'database', application: 'standby 3' },
  { user: 'nobody here', replication: 'database' },
];
