import assert from 'node:assert/strict';
import { historyText } from '../../src/core/report/historyText.ts';
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

  it('says what to do when the log tells of no moment', () => {
    assert.equal(
      historyText(emptyReport, 60, plain),
      `Connection history (last 60 min)

Total: 0 connects, 0 disconnects (0 net)

The log tells of no moment in this window: read more of it with --window.`,
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
