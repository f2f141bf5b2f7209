import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { LogFold } from '../../src/engine/logFold.ts';
import { folded } from '../core/folded.ts';
import { random } from '../core/serverLog.ts';
import { isWithin } from '../env/breadth.ts';
import { checkout } from '../env/checkout.ts';
import { recordingName, recordings } from '../env/scenario/recordings.ts';

/** The recorded logs, each as one file. */
const logs = recordings.flatMap((recording) =>
  recording.formats
    .filter((format) => isWithin(recordingName(recording, format)))
    .map((format) => {
      const name = recordingName(recording, format);
      const folder = join(checkout, 'test', 'fixtures', name);
      const { files } = JSON.parse(readFileSync(join(folder, 'about.json'), 'utf8')) as { files: string[] };
      return { name, bytes: () => Buffer.concat(files.map((file) => readFileSync(join(folder, file)))) };
    }),
);

const sessionsOf = (fold: LogFold): string[] =>
  [...fold.state.book.sessions()].map(({ pid, user, database }) => JSON.stringify([pid, user, database]));

/** What a log that begins later tells, held against what all of it tells. */
function assertKnowsLess(part: LogFold, whole: LogFold): void {
  // of a session cut in two, the line with its names may stand before the beginning
  const open = new Set([
    ...sessionsOf(whole),
    ...[...whole.state.book.sessions()].map(({ pid }) => JSON.stringify([pid, undefined, undefined])),
  ]);
  assert.deepEqual(
    sessionsOf(part).filter((session) => !open.has(session)),
    [],
    'nobody is connected who is not',
  );
  const [fewer, all] = [part.state.seen.totals, whole.state.seen.totals];
  for (const count of ['connects', 'lost', 'failures', 'replicationConnects'] as const)
    assert.ok(fewer[count] <= all[count], count);
  // only its connect says that a session with a database replicates
  assert.ok(fewer.disconnects <= all.disconnects + all.replicationConnects, 'disconnects');
  if (part.activeIs === 'exact') assert.deepEqual(sessionsOf(part).sort(), sessionsOf(whole).sort());
}

describe('a log that begins in the middle', () => {
  for (const [index, log] of logs.entries()) {
    it(`knows less, and nothing else: ${log.name}`, () => {
      const bytes = log.bytes();
      const whole = folded(bytes);
      // what it is known to be: a log that has just begun says too little of its prefix
      const logLinePrefix = whole.log.understanding.logLinePrefix;
      const next = random(index + 1);
      for (let cuts = 0; cuts < 3; cuts += 1) {
        const at = Math.floor(next() * bytes.length);
        const line = bytes.indexOf(0x0a, at) + 1;
        assertKnowsLess(folded(bytes.subarray(line), { logLinePrefix }), whole);
        assertKnowsLess(folded(bytes.subarray(at), { logLinePrefix }), whole);
      }
    });
  }
});
