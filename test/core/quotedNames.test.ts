import assert from 'node:assert/strict';
import { quotedNames, type QuotedNames } from '../../src/core/connection/quotedNames.ts';

const cases: readonly [message: string, told: QuotedNames, names: QuotedNames][] = [
  ['role "bob" does not exist', {}, { user: 'bob' }],
  ['database "shop" does not exist', { user: 'bob' }, { database: 'shop' }],
  ['password authentication failed for user "a"b"', {}, { user: 'a"b' }],
  ["le rôle « bob » n'existe pas", {}, { user: 'bob' }],
  ['"bob" rolü mevcut değil', {}, { user: 'bob' }],
  ['бази даних "shop" не існує', {}, { database: 'shop' }],
  ['could not access file "x": No such file or directory', {}, {}],
  ['something else about user "bob"', {}, {}],
  [
    'no pg_hba.conf entry for host "10.0.0.7", user "bob", database "shop", no encryption',
    {},
    { remoteHost: '10.0.0.7', user: 'bob', database: 'shop' },
  ],
  [
    'pg_hba.conf rejects replication connection for host "::1", user "bob", SSL encryption',
    {},
    { remoteHost: '::1', user: 'bob' },
  ],
  // a prefix `%u@%d` cuts the user a@b in two, and is corrected
  [
    'no pg_hba.conf entry for host "10.0.0.7", user "a@b", database "shop", no encryption',
    { user: 'a', database: 'b@shop' },
    { remoteHost: '10.0.0.7', user: 'a@b', database: 'shop' },
  ],
  [
    "aucune entrée dans pg_hba.conf pour l'hôte « ::1 », utilisateur « x », base »,\nbase de données « shop », aucun chiffrement",
    { user: 'x », base', database: 'shop' },
    { remoteHost: '::1', user: 'x », base', database: 'shop' },
  ],
  [
    'no pg_hba.conf entry for host "::1", user "x", database "y", database "shop", no encryption',
    {},
    { remoteHost: '::1', user: 'x', database: 'y' },
  ],
  [
    'no pg_hba.conf entry for host "::1", user "x", database "y", database "shop", no encryption',
    { user: 'x", database "y', database: 'shop' },
    { remoteHost: '::1', user: 'x", database "y', database: 'shop' },
  ],
];

describe('quotedNames', () => {
  for (const [message, told, names] of cases)
    it(`reads ${JSON.stringify(message)} with ${JSON.stringify(told)}`, () => {
      assert.deepEqual(quotedNames(message, told), names);
    });

  it('passes over a message that is too long for names', () => {
    assert.deepEqual(quotedNames(`role "${'x'.repeat(2000)}" does not exist`, {}), {});
  });
});
