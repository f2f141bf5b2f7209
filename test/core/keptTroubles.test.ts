import assert from 'node:assert/strict';
import type { TroubleFacts } from '../../src/core/connection/connectionEvent.ts';
import { KeptTroubles, type StoredTrouble } from '../../src/core/session/keptTroubles.ts';
import type { RowTroubles } from '../../src/core/session/rowTroubles.ts';
import { fileIn, offsetIn, pidIn, rowNumbers } from '../../src/core/session/waitingRows.ts';
import { random } from './serverLog.ts';

/** What a row says is its pid. */
const rows = {
  of: (numbers: Float64Array, from: number) => facts(numbers[from + pidIn] ?? Number.NaN),
} as Partial<RowTroubles> as RowTroubles;
const most = 10_000;
const facts = (pid: number): TroubleFacts => ({ pid, message: `${pid}` }) as TroubleFacts;
const trouble = (id: number): StoredTrouble => ({ ...facts(2 * id), id, fileNumber: 3, offsetBytes: 5 * id });

function addOne(kept: KeptTroubles, id: number, asRow: boolean): void {
  if (!asRow) return kept.add(trouble(id));
  const from = 7;
  const numbers = new Float64Array(from + rowNumbers);
  [numbers[from + pidIn], numbers[from + fileIn], numbers[from + offsetIn]] = [2 * id, 3, 5 * id];
  return kept.addRow(id, numbers, from);
}

/** The newest of those with ids up to `last`: as many as there are of them, at least so many, and not many more. */
function assertNewest(kept: KeptTroubles, last: number): void {
  const { list } = kept;
  assert.ok(list.length >= Math.min(last, most) && list.length <= most + 1000, `${list.length} of ${last}`);
  const first = last - list.length + 1;
  for (const [index, each] of list.entries()) assert.deepEqual(each, trouble(first + index));
}

describe('kept troubles', () => {
  for (const share of [0, 0.02, 0.5, 1])
    it(`are the newest in their order, ${100 * share} % of them rows, however often they are asked for`, () => {
      for (const asked of [0, 0.0002, 0.01]) {
        const draw = random(17);
        const kept = new KeptTroubles(rows);
        for (let id = 1; id <= 25_000; id += 1) {
          addOne(kept, id, draw() < share);
          if (draw() < asked) assertNewest(kept, id);
        }
        assertNewest(kept, 25_000);
      }
    });

  it('have all their numbers where the first row comes behind hundreds of others', () => {
    const kept = new KeptTroubles(rows);
    for (let id = 1; id <= 400; id += 1) addOne(kept, id, id === 400);
    assertNewest(kept, 400);
  });

  it('are found by their ids as long as they are kept', () => {
    const kept = new KeptTroubles(rows, () => [trouble(1), trouble(2)]);
    for (let id = 3; id <= 20_000; id += 1) addOne(kept, id, id % 2 === 0);
    assert.deepEqual(kept.byId(20_000), trouble(20_000));
    assert.deepEqual(kept.byId(15_000), trouble(15_000));
    assert.equal(kept.byId(2), undefined);
  });

  it('begin with those that were saved', () => {
    const kept = new KeptTroubles(rows, () => [trouble(1), trouble(2)]);
    addOne(kept, 3, true);
    assertNewest(kept, 3);
  });
});
