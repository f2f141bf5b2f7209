import { type Abilities, castFailures, certify } from './failureCast.ts';
import type { FailureLedger } from './failureLedger.ts';
import { until } from './until.ts';
import { Refusal, type Login } from './visitor.ts';
import { WireClient } from './wire.ts';

const everybody = { user: 'app', database: 'postgres' };

/** Every way of being turned away at the door or behind it. */
export async function failedLogins(ledger: FailureLedger, abilities: Abilities): Promise<void> {
  await castFailures(await ledger.crowd.observer());
  await passwords(ledger);
  await rules(ledger);
  await certificates(ledger, abilities);
  if (abilities.directories) await authorities(ledger);
  await packets(ledger);
  await rolesAndDatabases(ledger);
  await parameters(ledger);
  await replication(ledger);
  await slowLogin(ledger);
  await fullHouse(ledger);
}

async function passwords(ledger: FailureLedger): Promise<void> {
  for (const user of ['keyholder', 'expired', 'passwordless', 'missing', 'clear'])
    await ledger.refused('password', { user, password: 'wrong', database: 'shop' });
  await ledger.turnedAway('emptyPassword', async (client) => {
    client.startup({ ...everybody, user: 'clear' });
    await client.awaitMessage('R');
    client.send('p', '\0');
  });
}

async function rules(ledger: FailureLedger): Promise<void> {
  await ledger.refused('hbaRejects', { user: 'rejected', database: 'shop' });
  await ledger.refused('hbaRejects', { user: 'rejected', replication: 'true' });
  await ledger.refused('noHbaEntry', { user: 'a "b" c', database: 'template1' });
  await ledger.refused('noHbaEntry', { user: 'keyholder', database: 'shop', overSocket: true });
  await ledger.refused('noHbaReplicationEntry', { user: 'a "b" c', replication: 'true' });
  await ledger.refused('peer', { user: 'peered', overSocket: true });
  await ledger.refused('peer', { user: 'mapped', overSocket: true });
  await ledger.refused('ident', { user: 'idented', database: 'shop' });
  await ledger.refused('radius', { user: 'radiused', database: 'shop', password: 'x' });
}

async function certificates(ledger: FailureLedger, { directories }: Abilities): Promise<void> {
  const own = certify(ledger.server);
  await until('the server takes SSL', async () => {
    const client = await WireClient.open(ledger.server);
    const answer = await client.request('ssl');
    client.hangUp();
    return answer === 'S' ? true : undefined;
  });
  await ledger.turnedAway('certificate', async (client) => {
    await client.request('ssl');
    await client.encrypt(own);
    client.startup({ ...everybody, user: 'certified' });
  });
  await ledger.turnedAway('certificateRequired', async (client) => {
    await client.request('ssl');
    await client.encrypt();
    client.startup({ ...everybody, user: 'certified' });
  });
  // Later ones take it for a part of the handshake.
  if (ledger.server.major > 16) return;
  const junk = 'plain text, too early';
  await ledger.turnedAway('unencryptedData', async (client) => {
    await client.request('ssl', junk);
    await client.encrypt();
  });
  // A server that knows Kerberos would go on with it.
  if (directories) return;
  await ledger.turnedAway('unencryptedData', async (client) => {
    await client.request('gss', junk);
  });
}

async function authorities(ledger: FailureLedger): Promise<void> {
  await ledger.refused('ldap', { user: 'ldap', database: 'shop', password: 'x' });
  await ledger.refused('pam', { user: 'pam', database: 'shop', password: 'x' });
  await ledger.turnedAway('gssapi', async (client) => {
    client.startup({ ...everybody, user: 'gss' });
    await client.awaitMessage('R');
    client.send('p', 'this is no ticket');
  });
}

async function packets(ledger: FailureLedger): Promise<void> {
  const versions = ledger.server.major >= 14 ? [0x0002_0000, 0x0004_0000] : [0x0004_0000];
  for (const version of versions)
    await ledger.turnedAway('unsupportedProtocol', (client) => {
      client.startup(everybody, version);
    });
  await ledger.turnedAway('startupPacket', (client) => {
    client.startup(everybody, undefined, 'no end');
  });
  await ledger.turnedAway('startupPacket', (client) => {
    client.startup({ database: 'postgres' });
  });
  await ledger.turnedAway('replicationOption', (client) => {
    client.startup({ ...everybody, replication: 'perhaps' });
  });
}

async function rolesAndDatabases(ledger: FailureLedger): Promise<void> {
  await ledger.refused('unknownRole', { user: 'nobody "here"', database: 'shop' });
  await ledger.refused('roleCannotLogin', { user: 'lodger', database: 'shop' });
  await ledger.refused('unknownDatabase', { ...everybody, database: 'nowhere' });
  await ledger.refused('databaseNotAccepting', { ...everybody, database: 'frozen' });
  await ledger.refused('invalidDatabase', { ...everybody, database: 'broken' });
  await ledger.refused('databasePermission', { ...everybody, database: 'closed' });
  await ledger.refused('roleConnectionLimit', { user: 'crowded', database: 'shop' });
  await ledger.refused('databaseConnectionLimit', { ...everybody, database: 'tiny' });
  await ledger.refused('libraryMissing', { user: 'hooked', database: 'shop' });
}

async function parameters(ledger: FailureLedger): Promise<void> {
  const options: readonly (readonly [kind: string, options: string])[] = [
    ['unknownParameter', '-c no_such_parameter=1'],
    ['parameterPermission', '-c log_min_messages=debug1'],
    ['invalidParameter', '-c work_mem=much'],
    ['invalidParameter', '-c work_mem=1kB'],
    ['invalidParameter', '-c enable_seqscan=perhaps'],
    ['invalidParameter', '-c shared_buffers=1MB'],
    ['invalidParameter', '-c server_version=9'],
    ['invalidParameter', '-c autovacuum=off'],
    ['invalidParameter', '-c client_encoding=klingon'],
    ['invalidParameter', '-c datestyle=stardate'],
  ];
  for (const [kind, text] of options)
    await ledger.refused(kind, { ...everybody, database: 'shop', options: text });
  await ledger.turnedAway('invalidOptions', (client) => {
    client.startup({ ...everybody, options: '--no-such-switch' });
  });
}

async function replication(ledger: FailureLedger): Promise<void> {
  await ledger.refused('replicationPermission', { user: 'app', replication: 'true' });
  const walsender = await ledger.crowd.connect({ replication: 'true', application: 'standby 1' });
  await ledger.refused('maxWalSenders', { replication: 'true', application: 'standby 2' });
  await walsender.leave();
}

/** Whoever has not said his password within a second. */
async function slowLogin(ledger: FailureLedger): Promise<void> {
  const observer = await ledger.crowd.observer();
  const set = async (value: string): Promise<void> => {
    ledger.server.configure({ authentication_timeout: value });
    ledger.server.reload();
    await until(`authentication_timeout is ${value}`, async () => {
      const [row] = await observer.query<{ value: string }>(
        `select current_setting('authentication_timeout') as value`,
      );
      return row?.value === value ? true : undefined;
    });
  };
  await set('1s');
  const late = { message: 'canceling authentication due to timeout', sqlState: '57014' };
  const dawdle = (client: WireClient): void => client.startup({ ...everybody, user: 'slow' });
  await ledger.turnedAway('authenticationTimeout', dawdle, late);
  await set('1min');
}

/** Ordinary roles are refused when only reserved places are left, and then everybody is. */
async function fullHouse(ledger: FailureLedger): Promise<void> {
  const before = new Set(ledger.crowd.open);
  for (const [kind, login] of [
    ['reservedSlots', everybody],
    ['tooManyClients', { database: 'postgres' }],
  ] as readonly (readonly [string, Login])[]) {
    for (;;) {
      const outcome = await ledger.crowd.knock(login);
      if (!(outcome instanceof Refusal)) continue;
      ledger.refusal(kind, outcome);
      break;
    }
  }
  const guests = ledger.crowd.open.filter((visitor) => !before.has(visitor));
  for (const visitor of guests.slice(1)) await visitor.leave();
}
