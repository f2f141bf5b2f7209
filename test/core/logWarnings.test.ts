import assert from 'node:assert/strict';
import type { LogSettings } from '../../src/core/log/logPlace.ts';
import { renderSentence } from '../../src/core/sentence.ts';
import { folded } from './folded.ts';
import { dayAt, disconnected, printStderr, received, says, type Client } from './serverLog.ts';

const client: Client = { pid: 4121, user: 'app', database: 'shop', host: '10.0.0.7', port: 53_614 };
const prefix = '%m [%p] ';

describe('a log without times', () => {
  const warningsOf = (text: string): string[] => folded(text).warnings.map(renderSentence);

  it('says what to add to its prefix', () => {
    const says = 'The log tells no times: add %m to log_line_prefix.';
    const text = (linePrefix: string): string =>
      printStderr(linePrefix, [received(client, dayAt), disconnected(client, dayAt + 500, 500)]);
    assert.ok(warningsOf(text('[%p] ')).includes(says));
    assert.ok(!warningsOf(text(prefix)).includes(says));
  });

  it('is only empty where nothing is in it', () => {
    assert.deepEqual(warningsOf(''), ['The log is empty: nothing has been logged yet.']);
  });
});

describe('a log of PostgreSQL 18 in which log_connections names no authorization', () => {
  const receipts = printStderr(prefix, [received(client, dayAt)]);
  const withAnEnd = printStderr(prefix, [received(client, dayAt), disconnected(client, dayAt + 500, 500)]);
  const notLogged =
    'Logins are not logged, so who is connected is not known: set log_connections to on (PostgreSQL 18: to all) and reload the server.';

  for (const logConnections of ['receipt', 'authentication', 'receipt, authentication', '', 'off'])
    it(`does not claim to know who is connected: '${logConnections}'`, () => {
      const fold = folded(receipts, { settings: { logConnections, logDisconnections: true } });
      assert.equal(fold.activeIs, 'unknown');
      assert.deepEqual(fold.warnings.map(renderSentence), [notLogged]);
    });

  it('says what to do where only ends are logged', () => {
    const fold = folded(withAnEnd);
    assert.equal(fold.activeIs, 'unknown');
    assert.deepEqual(fold.warnings.map(renderSentence), [notLogged]);
  });

  for (const logConnections of ['on', 'all', 'authorization', 'receipt,setup_durations'])
    it(`knows that nobody was let in where logins are logged: '${logConnections}'`, () => {
      const settings: LogSettings = { logConnections, logDisconnections: true };
      assert.equal(folded(receipts, { settings }).activeIs, 'atLeast');
      assert.deepEqual(folded(receipts, { settings }).warnings, []);
    });

  it('does not know who is connected where nothing is known of its configuration', () => {
    assert.equal(folded(receipts).activeIs, 'unknown');
    assert.deepEqual(folded(receipts).warnings.map(renderSentence), [notLogged]);
  });

  it('knows that nobody was let in where everybody who came was refused', () => {
    const refused = says(client, dayAt + 5, 'FATAL', 'password authentication failed for user "app"');
    const fold = folded(printStderr(prefix, [received(client, dayAt), refused]));
    assert.equal(fold.activeIs, 'atLeast');
    assert.deepEqual(fold.warnings, []);
  });
});
