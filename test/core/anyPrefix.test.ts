import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { summaryDocument, type SummaryDocument } from '../../src/core/report/summaryJson.ts';
import { checkout } from '../env/checkout.ts';
import { folded } from './folded.ts';
import { randomPrefix } from './randomPrefix.ts';
import { csvRecords, reprinted } from './reprinted.ts';
import { random } from './serverLog.ts';

const fixtures = ['15-csv-lively', '14-csv-refused', '12-csv-crash'] as const;
const recorded = fixtures.map((fixture) => ({
  fixture,
  records: csvRecords(fixture),
  summary: summaryOf(readFileSync(join(checkout, 'test', 'fixtures', fixture, 'server.csv'))),
}));

/** What every prefix that tells sessions apart must tell: who is in, how many came and went, what failed. */
function toldBy({
  connects,
  disconnects,
  lost,
  failed,
  active,
  failures,
  endings,
  problems,
}: SummaryDocument) {
  const messages = (list: readonly { message: string }[]) => list.map(({ message }) => message).sort();
  return {
    counts: { connects, disconnects, lost, failed },
    active: active
      .map(({ pid, user, database, application, host, port }) =>
        JSON.stringify([pid, user, database, application?.slice(0, 63), host, port]),
      )
      .sort(),
    failures: failures.map(({ pid, message }) => `${pid ?? ''} ${message}`).sort(),
    endings: messages(endings),
    problems: messages(problems),
  };
}

function summaryOf(log: string | Uint8Array): ReturnType<typeof toldBy> {
  return toldBy(summaryDocument(folded(log).report({ bucketMinutes: 15 })));
}

describe('a recorded log, printed again with another prefix, is read the same', () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const prefix = randomPrefix(random(seed));
    const { fixture, records, summary } = recorded[seed % recorded.length]!;
    it(`${JSON.stringify(prefix)} (${fixture})`, () => {
      assert.deepEqual(summaryOf(reprinted(records, prefix)), summary);
    });
  }
});
