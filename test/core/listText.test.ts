import assert from 'node:assert/strict';
import type { DiscoveredLog } from '../../src/core/log/logPlace.ts';
import { jsonText } from '../../src/core/report/jsonText.ts';
import { listDocument, listText } from '../../src/core/report/listText.ts';
import { sentence } from '../../src/core/sentence.ts';
import { at, hostile } from './reportSample.ts';
import { assertFollowsSchema } from './schemas.ts';

const style = { colour: false, home: '/home/ann' };
const pgrx: DiscoveredLog = {
  id: '/home/ann/.pgrx/data-15',
  kind: 'pgrx',
  serverVersion: '15',
  port: 28815,
  running: true,
  startedAt: at('14:00'),
  dataDirectory: '/home/ann/.pgrx/data-15',
  path: '/home/ann/.pgrx/15.log',
  format: 'stderr',
  settings: {},
  connectionLogging: 'on',
};
const debian: DiscoveredLog = {
  id: '/var/lib/postgresql/16/main',
  kind: 'debian',
  serverVersion: '16.4',
  port: 5432,
  running: false,
  path: '/var/log/postgresql/postgresql-16-main.log',
  settings: {},
  connectionLogging: 'off',
  problem: sentence('{0} may not be read: join the group adm, and log in again.', '/var/log/postgresql'),
};
const unknown: DiscoveredLog = {
  id: 'x',
  kind: 'path',
  running: false,
  settings: {},
  connectionLogging: 'unknown',
};

describe('the list of logs as text', () => {
  it('numbers and aligns them, and puts a problem with its remedy below', () => {
    assert.equal(
      listText([pgrx, debian, unknown], style),
      `  1  PostgreSQL 15 (pgrx)        ~/.pgrx/15.log                                port 28815, running, stderr, connection logging on
  2  PostgreSQL 16.4 (Debian)    /var/log/postgresql/postgresql-16-main.log    port 5432, stopped, connection logging off
     /var/log/postgresql may not be read: join the group adm, and log in again.
  3  PostgreSQL (file)           no log file                                   stopped, connection logging unknown

Where connection logging is off or partly on, set log_connections = on and log_disconnections = on, and reload.`,
    );
  });

  it('shows no ~ for a folder that only begins like home', () => {
    const text = listText([{ ...pgrx, path: '/home/anna/15.log' }], style);
    assert.match(text, /^ {2}1 {2}PostgreSQL 15 \(pgrx\) {4}\/home\/anna\/15\.log {4}port/);
  });

  it('says what to do when nothing was found', () => {
    assert.equal(
      listText([], style),
      'No PostgreSQL log was found on this machine: name one, as in "connections /path/to/postgresql.log".',
    );
  });

  it('escapes control characters', () => {
    const log = { ...pgrx, path: hostile, serverVersion: hostile, problem: sentence('{0}.', hostile) };
    assert.match(listText([log], style), /^[\x20-\x7e\n]+$/);
  });
});

describe('the list of logs in JSON', () => {
  it('has the numbers of the text, whole paths, missing = null, and follows the schema', () => {
    const document = listDocument([pgrx, debian, unknown]);
    assertFollowsSchema('list', jsonText(document));
    assertFollowsSchema('list', jsonText(listDocument([])));
    assert.equal(
      JSON.stringify(document.logs[0]),
      '{"number":1,"kind":"pgrx","serverVersion":"15","port":28815,"running":true,"startedAt":"2025-12-17T14:00:00.000Z",' +
        '"dataDirectory":"/home/ann/.pgrx/data-15","path":"/home/ann/.pgrx/15.log","format":"stderr","connectionLogging":"on","problem":null}',
    );
    assert.equal(document.logs[2]?.path, null);
    assert.match(document.logs[1]?.problem ?? '', /^\/var\/log\/postgresql may not be read/);
  });
});
