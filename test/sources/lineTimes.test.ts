import assert from 'node:assert/strict';
import { LineTimes } from '../../src/sources/tail/lineTimes.ts';
import { foundAt, type FoundFile } from '../../src/sources/tail/logSequence.ts';
import { hasTimesOf } from '../../src/sources/tail/sameTimes.ts';
import { dayAt, printCsv, printJson, printStderr, type Printed } from '../core/serverLog.ts';
import { TestDirectory } from './tailWorld.ts';

const print = {
  log: (records: readonly Printed[]) => printStderr('%m [%p] ', records),
  csv: printCsv,
  json: printJson,
};
const endings = ['log', 'csv', 'json'] as const;

const entry = (at: number, text = ''): Printed => ({
  at,
  pid: 7,
  severity: 'ERROR',
  message: 'division by zero',
  statement: `SELECT '${text}'`,
});

function timesOf(text: string, isCsv: boolean, windowBytes: number): [number, number][] {
  const bytes = Buffer.from(text);
  const readAt = (into: Uint8Array, at: number) =>
    bytes.copy(into, 0, at, Math.min(bytes.length, at + into.length));
  const times = new LineTimes(readAt, { fromBytes: 0, toBytes: bytes.length, isCsv, windowBytes });
  const found: [number, number][] = [];
  while (times.first) {
    found.push([times.first.offsetBytes, times.first.at]);
    times.pass();
  }
  return found;
}

describe('the times of lines', () => {
  const fake = `\n${print.log([entry(dayAt - 1)])}${print.csv([entry(dayAt - 1)])}`;
  const records = [entry(dayAt, fake), entry(dayAt + 1, 'ä\n'.repeat(400)), entry(dayAt + 2)];

  for (const ending of endings)
    it(`are those of its entries, and none of what a statement holds: ${ending}`, () => {
      const texts = records.map((record) => print[ending]([record]));
      const wanted = records.map(({ at }, index) => [Buffer.byteLength(texts.slice(0, index).join('')), at]);
      for (const windowBytes of [7, 64, 1000, 65536]) {
        const found = timesOf(texts.join(''), ending === 'csv', windowBytes);
        // a STATEMENT has a line with a time of its own in stderr, the same
        const first = found.filter(([, at], index) => at !== found[index - 1]?.[1]);
        assert.deepEqual(first, wanted, String(windowBytes));
      }
    });

  it('end with the last whole line', () => {
    const text = print.log([entry(dayAt), entry(dayAt + 5)]);
    assert.equal(timesOf(text.slice(0, -1), false, 512).length, 3);
    assert.equal(timesOf(text, false, 512).length, 4);
  });
});

describe('two files that begin and end together', () => {
  let directory: TestDirectory;
  beforeEach(() => (directory = new TestDirectory()));
  afterEach(() => directory.remove());

  const found = (name: string, text: string): FoundFile => foundAt(directory.write(name, text))[0]!;
  const many = (count: number) => Array.from({ length: count }, (_, index) => entry(dayAt + 100 * index));

  for (const count of [20, 20_000])
    it(`tell the same if no entry of ${count} is missing in between`, () => {
      const all = many(count);
      const most = all.filter((_, index) => index < count * 0.4 || index > count * 0.6);
      for (const ending of ['csv', 'json'] as const) {
        const whole = found('a.log', print.log(all));
        assert.equal(hasTimesOf(whole, found(`a.${ending}`, print[ending](all)), 0), true);
        assert.equal(hasTimesOf(whole, found(`b.${ending}`, print[ending](most)), 0), false);
        const rest = Math.floor(whole.sizeBytes * 0.7);
        assert.equal(hasTimesOf(whole, found(`b.${ending}`, print[ending](most)), rest), true);
      }
    });
});
