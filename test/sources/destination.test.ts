import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { destinationsOf, labelOf, type Destination } from '../../src/sources/server/destination.ts';
import { freshDirectory } from '../env/servers.ts';

/** Where it goes, in order, each place once, without TLS. */
async function placesFor(uri: string | undefined, environment: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const found = await destinationsOf({
    uri,
    environment: { PGSSLMODE: 'disable', PGUSER: 'u', ...environment },
  });
  const placeOf = ({ host, port, address }: Destination): string =>
    `${host}:${port}${address === undefined ? '' : ` at ${address}`}`;
  return [...new Set(found.map(placeOf))];
}

const rejects = (uri: string | undefined, text: RegExp, environment: NodeJS.ProcessEnv = {}): Promise<void> =>
  assert.rejects(placesFor(uri, environment), text);

describe('hostaddr', () => {
  const cases: [from: string, uri: string | undefined, environment: NodeJS.ProcessEnv, places: string[]][] = [
    ['keywords', 'host=db.example hostaddr=10.0.0.7 port=5433', {}, ['db.example:5433 at 10.0.0.7']],
    ['a URI', 'postgres://db.example/?hostaddr=10.0.0.7', {}, ['db.example:5432 at 10.0.0.7']],
    ['PGHOSTADDR', undefined, { PGHOST: 'db.example', PGHOSTADDR: '::1' }, ['db.example:5432 at ::1']],
    ['PGHOSTADDR beside a URI', 'postgres://db.example', { PGHOSTADDR: '::1' }, ['db.example:5432 at ::1']],
    ['hostaddr alone', 'hostaddr=10.0.0.7', {}, ['10.0.0.7:5432']],
    ['several', 'host=a,b hostaddr=10.0.0.7,10.0.0.8', {}, ['a:5432 at 10.0.0.7', 'b:5432 at 10.0.0.8']],
    ['one of several', 'host=a,b hostaddr=,10.0.0.8', {}, ['a:5432', 'b:5432 at 10.0.0.8']],
  ];
  for (const [from, uri, environment, places] of cases)
    it(`says where to connect: ${from}`, async () => {
      assert.deepEqual(await placesFor(uri, environment), places);
    });

  it('is an address, and one for each host', async () => {
    await rejects('host=a hostaddr=b.example', /"b\.example" is no IP address/);
    await rejects('host=a hostaddr=10.0.0.7,10.0.0.8', /2 addresses \(hostaddr\) do not match 1 hosts/);
    await rejects('postgres://a,b/', /do not match/, { PGHOSTADDR: '10.0.0.7' });
  });

  it('leaves the password file and the label to the name', async () => {
    const passfile = join(freshDirectory('a'), 'pgpass');
    writeFileSync(passfile, '10.0.0.7:*:*:*:of-the-address\ndb.example:*:*:*:of-the-name\n');
    chmodSync(passfile, 0o600);
    const environment = { PGPASSFILE: passfile, PGSSLMODE: 'disable' };
    const uri = 'postgres://u@db.example/d?hostaddr=10.0.0.7';
    const [destination] = await destinationsOf({ uri, environment });
    assert.equal(await destination?.password(), 'of-the-name');
    assert.equal(labelOf({ uri, environment }), 'u@db.example:5432');
  });
});

describe('several hosts', () => {
  const cases: [uri: string, places: string[]][] = [
    ['postgresql://u:p@a:1,b:2/db', ['a:1', 'b:2']],
    ['postgresql://a,b:2/db?sslmode=disable', ['a:5432', 'b:2']],
    ['postgres://u@[::1]:1,%2Ftmp:2', ['::1:1', '/tmp:2']],
    ['postgres:///d?host=a,b&port=1', ['a:1', 'b:1']],
    ['host=a,b port=1,2', ['a:1', 'b:2']],
    ['host=a,b port=,2', ['a:5432', 'b:2']],
    ['host=a,b', ['a:5432', 'b:5432']],
  ];
  for (const [uri, places] of cases)
    it(`are gone to in order: ${uri}`, async () => assert.deepEqual(await placesFor(uri), places));

  it('keep the names of a URI as they are', async () => {
    const uri = 'postgresql://my%20user:p%40w@a:1,b:2/d%2Fb?sslmode=disable';
    const [first, second] = await destinationsOf({ uri, environment: {} });
    for (const each of [first, second])
      assert.deepEqual([each?.user, each?.database, await each?.password()], ['my user', 'd/b', 'p@w']);
  });

  it('where one of them is left open stands for the usual places', async () => {
    const places = await placesFor('host=a,,b port=1,2,3');
    assert.deepEqual([places[0], places.at(-2), places.at(-1)], ['a:1', 'localhost:2', 'b:3']);
  });

  it('have one port each, or one for all', async () => {
    await rejects('host=a,b,c port=1,2', /2 ports .* 3 hosts/);
    await rejects('host=a port=1,2', /2 ports .* 1 /);
    await rejects('postgresql://a:1,b:99999/db', /"99999" is no port/);
    for (const uri of ['postgresql://a:1,b:x/db', 'postgres://u:pa,ss/word@a/db'])
      await rejects(uri, /^\w+: This is no PostgreSQL URI/);
  });

  it('are gone through twice for a standby that is only preferred', async () => {
    const found = await destinationsOf({
      uri: 'postgres://u@a,b/d?sslmode=disable&target_session_attrs=prefer-standby',
      environment: {},
    });
    assert.deepEqual(
      found.map(({ host, wanted }) => `${host} ${wanted ?? 'any'}`),
      ['a standby', 'b standby', 'a any', 'b any'],
    );
    await rejects('host=a target_session_attrs=master', /no target_session_attrs "master"/);
  });
});

describe('a connection string of keywords', () => {
  const cases: [text: string, sentence: RegExp][] = [
    ['host=a b', /no connection string/],
    ['host=a =b', /no connection string/],
    ["host='a", /no connection string/],
    ["host='a'b", /no connection string/],
    ['a b', /no PostgreSQL URI/],
    ['hots=a', /no connection parameter "hots"/],
  ];
  for (const [text, sentence] of cases)
    it(`is refused where libpq refuses it: ${text}`, () => rejects(text, sentence));

  it('may have spaces around its equals signs', async () => {
    assert.deepEqual(await placesFor(String.raw` host = a\ b  port='1' `), ['a b:1']);
  });
});

describe('the parameters of a URI', () => {
  for (const [query, name] of [
    ['schema=public', 'schema'],
    ['sslmode=disable&ssl_mode=require', 'ssl_mode'],
    ['ssl=false', 'ssl'],
    ['HOST=b', 'HOST'],
  ])
    it(`are refused where libpq refuses them: ${query}`, () =>
      rejects(
        `postgres://u:secret@a/d?${query}`,
        new RegExp(`no connection parameter "${name}": take it out`),
      ));

  it('may be those of node-postgres and JDBC for TLS', async () => {
    const [destination] = await destinationsOf({ uri: 'postgres://u@a/d?ssl=true', environment: {} });
    assert.notEqual(destination?.tls, false);
  });

  it('are not repeated where they may be a piece of a password', async () => {
    for (const uri of ['postgres://u:12?secret@a/d', 'postgres://u:12?secret=x@a/d'])
      await assert.rejects(
        placesFor(uri),
        (error: Error) => !/secret/.test(`${error.message} ${String(error.cause)}`),
      );
  });
});
