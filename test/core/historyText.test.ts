import assert from 'node:assert/strict';
import { historyText } from '../../src/core/report/historyText.ts';
import type { LogReport } from '../../src/core/report/logReport.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import { at, emptyReport, hostile, quickstart } from './reportSample.ts';

const plain = { colour: false, timeZone: 'UTC' };

describe('the history as text', () => {
  it('is the quickstart’s', () => {
    assert.equal(
      historyText(quickstart, 60, plain),
      `Connection history (last 60 min)

Total: 45 connects, 40 disconnects (+5 net)

Timeline (15-min buckets):
14:00   3 active
14:15   4 active (+1)
14:30   5 active (+1)
14:45   5 active (0)`,
    );
  });

  it('tells what was lost and failed, and counts the lost out of the net', () => {
    const history = { ...quickstart.history, lost: [0, 7, 0, 0], failures: [1, 0, 2, 0] };
    assert.match(
      historyText({ ...quickstart, history }, 60, plain),
      /\nTotal: 45 connects, 40 disconnects, 7 lost \(-2 net\), 3 failed\n/,
    );
  });

  it('shows dates when the window spans days in the zone shown', () => {
    const startAt = [at('22:30'), at('22:45'), at('23:00'), at('23:15')];
    const history = { ...quickstart.history, startAt, active: [9, 10, 11, 9] };
    assert.match(
      historyText({ ...quickstart, history }, 60, plain),
      /\n22:30 {3} 9 active\n22:45 {3}10 active \(\+1\)\n/,
    );
    assert.match(
      historyText({ ...quickstart, history }, 60, { ...plain, timeZone: 'Europe/Berlin' }),
      /\n2025-12-17 23:30 {3} 9 active\n.*\n2025-12-18 00:00 {3}11 active \(\+1\)\n2025-12-18 00:15 {3} 9 active \(-2\)$/,
    );
  });

  it('says the window and the filter in its title', () => {
    const title = (minutes: number): string | undefined =>
      historyText(quickstart, minutes, plain).split('\n')[0];
    assert.equal(title(90), 'Connection history (last 90 min)');
    assert.equal(title(120), 'Connection history (last 2 h)');
    assert.equal(title(1440), 'Connection history (last 24 h)');
    assert.equal(title(7 * 1440), 'Connection history (last 7 days)');
    const filter = { ...noFilter, application: [hostile] };
    assert.match(
      historyText({ ...quickstart, filter }, 60, plain),
      /^Connection history for app="a\\nb\\x1b\[31m\\u\{202e\}c\\x9b" \(last 60 min\)\n/,
    );
  });

  it('says where its first bucket begins when that is before the window', () => {
    const title = (minutes: number, timeZone = 'UTC'): string | undefined =>
      historyText(quickstart, minutes, { ...plain, timeZone }).split('\n')[0];
    assert.equal(title(59), 'Connection history (last 59 min, in whole buckets from 14:00)');
    assert.equal(
      title(50, 'Australia/Darwin'),
      'Connection history (last 50 min, in whole buckets from 2025-12-17 23:30)',
    );
  });

  it('says what the summary says where the number of open sessions is not exact', () => {
    const second = (parts: Partial<LogReport>): string | undefined =>
      historyText({ ...quickstart, ...parts }, 60, plain).split('\n')[1];
    assert.equal(second({ activeIs: 'exact' }), '');
    assert.equal(second({ activeIs: 'atLeast' }), 'Active connections: at least 5');
    assert.match(
      second({ activeIs: 'unknown' }) ?? '',
      /^The log does not tell when sessions end; connected and not seen to end: 5\. Turn on/,
    );
  });

  it('has no number for a bucket that is over before the log begins', () => {
    const lines = (fromAt: number): string[] =>
      historyText({ ...quickstart, fromAt }, 60, plain)
        .split('\n')
        .slice(5);
    assert.deepEqual(lines(at('14:30')), [
      '14:00   before the log begins',
      '14:15   before the log begins',
      '14:30   5 active',
      '14:45   5 active (0)',
    ]);
    assert.equal(lines(at('14:29:59.999'))[1], '14:15   4 active');
  });

  it('has nothing to count when the log tells of no moment', () => {
    assert.equal(
      historyText({ ...emptyReport, activeIs: 'exact' }, 60, plain),
      'Connection history (last 60 min)\n\nThe log tells of no moment.',
    );
  });

  it('adds bars to scale in a terminal, with what was lost or failed', () => {
    const history = {
      ...quickstart.history,
      active: [0, 1, 30, 16],
      lost: [0, 0, 1, 0],
      failures: [0, 0, 2, 0],
    };
    const lines = historyText({ ...quickstart, history }, 60, { ...plain, colour: true })
      .split('\n')
      .slice(5);
    const green = (text: string): string => `\u001b[32m${text}\u001b[0m`;
    assert.deepEqual(lines, [
      '14:00    0 active',
      `14:15    1 active (+1)    ${green('█')}`,
      `14:30   30 active (+29)   ${green('█'.repeat(30))} \u001b[31m1 lost, 2 failed\u001b[0m`,
      `14:45   16 active (-14)   ${green('█'.repeat(16))}`,
    ]);
  });
});
