import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FirstList } from '../../src/engine/firstList.ts';
import type { LogFold } from '../../src/engine/logFold.ts';
import { folded } from '../core/folded.ts';
import { random } from '../core/serverLog.ts';
import { isLong } from '../env/breadth.ts';
import { checkout } from '../env/checkout.ts';
import { recordingName, recordings } from '../env/scenario/recordings.ts';
import { TestDirectory } from '../sources/tailWorld.ts';

/** Of two versions, in English: each window's prefix is told anew, which takes its time. */
const few = recordings.filter(({ major, locale }) => (major === 15 || major === 18) && locale === undefined);
const logs = few.flatMap((recording) =>
  recording.formats.map((format) => {
    const name = recordingName(recording, format);
    const folder = join(checkout, 'test', 'fixtures', name);
    const { files } = JSON.parse(readFileSync(join(folder, 'about.json'), 'utf8')) as { files: string[] };
    return { name, bytes: () => Buffer.concat(files.map((file) => readFileSync(join(folder, file)))) };
  }),
);

const never = (): boolean => false;
/** Everything that is known of who is connected. */
const sessionsOf = ({ state }: LogFold): string[] =>
  [...state.book.sessions()]
    .map((session) => JSON.stringify(session, [...Object.keys(session)].sort()))
    .sort();
const whoIn = (fold: LogFold): { pid?: number | undefined; who: string }[] =>
  [...fold.state.book.sessions()].map(({ pid, user, database }) => ({
    pid,
    // of a session cut in two, the line with its names may stand before the window
    who: JSON.stringify(user === undefined ? [pid] : [pid, user, database]),
  }));

describe('the first list of a log', () => {
  let directory: TestDirectory;
  before(() => (directory = new TestDirectory()));
  after(() => directory.remove());

  /** Reads a log backwards; holds every list against what the whole log tells. */
  const assertGrows = async (bytes: Buffer, whole: LogFold, windowBytes: number): Promise<void> => {
    const path = directory.write('pg.log', bytes);
    const { logLinePrefix } = whole.log.understanding;
    const list = await FirstList.open(path, { memoryEvents: 1000, logLinePrefix }, never, {
      firstBytes: windowBytes,
      mostBytes: windowBytes,
    });
    if (!list) return;
    try {
      const open = new Set(whoIn(whole).flatMap(({ pid, who }) => [who, JSON.stringify([pid])]));
      const check = (): void => {
        const invented = whoIn(list.fold).filter(({ who }) => !open.has(who));
        assert.deepEqual(invented, [], `windows of ${windowBytes}: nobody is in it who is not connected`);
      };
      check();
      await list.goBack(check, never);
      if (list.isComplete)
        assert.deepEqual(sessionsOf(list.fold), sessionsOf(whole), `windows of ${windowBytes}`);
    } finally {
      list.close();
    }
  };

  for (const [index, log] of logs.entries()) {
    if (!isLong && index % 3 === 2) continue;
    it(`lacks some until it is complete, and invents nobody: ${log.name}`, async () => {
      const bytes = log.bytes();
      const whole = folded(bytes);
      const { logLinePrefix } = whole.log.understanding;
      const next = random(index + 1);
      const windowBytes = 200 + Math.floor(next() ** 3 * 20_000);
      // half of them while the server is up, where somebody is connected
      const length = index % 2 === 0 ? bytes.length : bytes.indexOf(0x0a, next() * bytes.length) + 1;
      const cut = bytes.subarray(0, length);
      await assertGrows(cut, folded(cut, { logLinePrefix }), windowBytes);
    });
  }
});
