import assert from 'node:assert/strict';

import { entriesOf, folded } from '../core/folded.ts';
import { RecurringRun } from '../core/recurringRun.ts';
import { random } from '../core/serverLog.ts';
import { printers, seeds, storyWith } from './corpus.ts';
import { hostileText, mutated, pick } from './mutators.ts';
import { assertSound, tellingOf } from './properties.ts';

/** For so long, and beginning with this seed: `npm run fuzz -- --minutes 60 --seed 7`. */
const seconds = Number(process.env['FUZZ_SECONDS'] ?? 5);
const firstSeed = Number(process.env['FUZZ_SEED'] ?? 1);

/** Tries one seed after the other until the time is over; a failure names the seed that makes it again. */
function tryFor(share: number, what: string, attempt: (seed: number) => void): void {
  const end = performance.now() + seconds * share * 1000;
  let seed = firstSeed;
  for (; performance.now() < end; seed += 1) {
    try {
      attempt(seed);
    } catch (error) {
      throw new Error(`${what}: FUZZ_SEED=${seed} finds it again: ${String(error)}`, { cause: error });
    }
  }
  console.log(`      ${seed - firstSeed} inputs`);
}

describe('a log of anything', () => {
  const corpus = seeds();

  it('crashes nothing, and adds up', () => {
    tryFor(1, 'unsound', (seed) => {
      const next = random(seed);
      const bytes = mutated(pick(corpus, next).bytes, next, pick(corpus, next).bytes);
      assertSound(bytes);
    });
  });

  it('tells the same however it is sliced', () => {
    tryFor(0.7, 'sliced', (seed) => {
      const next = random(seed);
      const bytes = mutated(pick(corpus, next).bytes, next, pick(corpus, next).bytes);
      const now = { now: Date.UTC(2026, 10, 27) };
      const whole = entriesOf(bytes, undefined, now);
      const sliced = entriesOf(bytes, () => 1 + Math.floor(next() * 700), now);
      assert.deepEqual(sliced.entries, whole.entries);
      assert.deepEqual(sliced.log.understanding, whole.log.understanding);
    });
  });

  it('tells the same by the module of the scan as in JavaScript', () => {
    tryFor(0.4, 'module', (seed) => {
      const next = random(seed);
      // twice, so that the second time there are lines to be read that were learned
      const { bytes } = pick(corpus, next);
      const changed = Buffer.concat([bytes, mutated(bytes, next, pick(corpus, next).bytes)]);
      const now = { now: Date.UTC(2026, 10, 27) };
      const inScript = entriesOf(changed, undefined, now, () => null);
      const byModule = entriesOf(changed, () => 1 + Math.floor(next() * 5000), now);
      assert.deepEqual(byModule.entries, inScript.entries);
      assert.deepEqual(byModule.log.understanding, inScript.log.understanding);
    });
  });

  it('tells the same when what recurs is applied by its numbers', () => {
    tryFor(0.7, 'recurring', (seed) => new RecurringRun(seed, seed % 2 === 0 ? 10_000 : 30).go(300));
  });

  it('tells nothing that stands in a statement, a DETAIL or a CONTEXT', () => {
    const clean = new Map(
      Object.entries(printers).map(([name, print]) => [name, tellingOf(folded(print(storyWith('x'))))]),
    );
    tryFor(0.7, 'invented', (seed) => {
      const next = random(seed);
      const [name, print] = pick(Object.entries(printers), next);
      assert.deepEqual(tellingOf(folded(print(storyWith(hostileText(next))))), clean.get(name), name);
    });
  });
});

describe('the time that a log takes', () => {
  const units = [
    ...[
      '"',
      '""',
      "'",
      '\n',
      '\t',
      '\n\t',
      ' ',
      '0',
      '9',
      ',',
      '{',
      '[',
      '(',
      ')',
      '@',
      ':',
      '=',
      '|',
      '%',
      '-',
      '\\',
      '\0',
    ],
    ...[
      'LOG:  ',
      'FATAL:  ',
      ' database=',
      'user=',
      ' application_name=',
      'host=',
      ',"',
      '":"',
      '#011',
      'é',
      '日志:  ',
    ],
    '2026-11-20 09:58:00.000 UTC [1] ',
    '2026-11-20 09:58:00.000 UTC [1] LOG:  ',
    '2026-11-20 09:58:00.000 UTC [1] LOG:  connection authorized: user=',
    '2026-11-20 09:58:00.000 UTC [1] FATAL:  ',
    '2026-11-20 09:58:00.000 UTC,,,1,,6b00.1,1,,2026-11-20 09:58:00 UTC,,0,LOG,00000,"',
    '{"timestamp":"2026-11-20 09:58:00.000 UTC","error_severity":"LOG","message":"connection authorized: user=',
    '2026-11-20 10:07:45.143 UTC [8] LOG C-0x1: a/b@c:1 closing because: ',
    '{"log":"',
    'Nov 20 10:03:25 host postgres[28987]: [9-1] ',
    '<Data>',
    'MESSAGE\n',
  ];
  const heads = ['', ...Object.values(printers).map((print) => print(storyWith('x')))];
  const took = (head: string, unit: string, bytes: number): number => {
    const text = Buffer.from(head + unit.repeat(Math.ceil(bytes / unit.length)));
    const start = process.cpuUsage();
    folded(text);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };

  for (const unit of units) {
    it(`grows with its length only: ${JSON.stringify(unit)}`, () => {
      for (const head of heads) {
        // the machine has other work too: of some tries the best counts
        let best = Number.POSITIVE_INFINITY;
        for (let tries = 0; tries < 5 && best >= 9; tries += 1) {
          const quarter = Math.max(took(head, unit, 256 * 1024), 2000);
          best = Math.min(best, took(head, unit, 1024 * 1024) / quarter);
        }
        assert.ok(
          best < 9,
          `${best.toFixed(1)} times the time for 4 times the bytes, behind ${head.slice(0, 30)}`,
        );
      }
    });
  }
});
