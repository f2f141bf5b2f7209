import assert from 'node:assert/strict';
import { KeptRows } from '../../src/views/keptRows.ts';

interface Row {
  readonly id: string;
  readonly text: string;
  readonly children?: readonly Row[];
}

describe('rows that are told as a whole', () => {
  const row = (id: string, text = '', children: readonly Row[] = []): Row => ({ id, text, children });
  let kept: KeptRows<Row>;
  beforeEach(() => {
    kept = new KeptRows<Row>(({ text }) => text);
    kept.take([row('one'), row('two', '', [row('below', 'old')])]);
  });

  it('are drawn again where they, or rows below them, say something else', () => {
    const changed = kept.take([row('one'), row('two', '', [row('below', 'new')])]);
    assert.deepEqual(changed, [kept.rows[1]]);
    assert.deepEqual(kept.take([row('one', 'new'), ...kept.rows.slice(1)]), [kept.rows[0]]);
    assert.deepEqual(kept.take(kept.rows), []);
  });

  it('keep their nodes', () => {
    const [one, two] = kept.rows;
    kept.take([row('three'), row('two', 'new')]);
    assert.equal(kept.rows[1], two);
    assert.deepEqual(two, row('two', 'new'));
    assert.ok(!kept.rows.includes(one!));
  });

  it('are all drawn where one comes, goes or takes another place', () => {
    for (const ids of [['one', 'two', 'three'], ['two', 'three'], ['three'], ['three', 'two'], []])
      assert.equal(kept.take(ids.map((id) => row(id))), 'all');
  });
});
