import assert from 'node:assert/strict';
import { SampleRing } from '../../src/engine/sampleRing.ts';
import { backend, background, crowd, sampleOf } from '../core/server/activitySample.ts';

describe('the ring of samples', () => {
  it('gives every kept sample back as it was', () => {
    const ring = new SampleRing();
    const samples = [0, 1, 7, 300].map((count) =>
      sampleOf([...crowd(count, { query: 'SELECT \'"ü\u0000\u{1f600}' }), background(9)], { takenAt: count }),
    );
    const ids = samples.map((sample) => ring.add(sample));
    assert.deepEqual(
      ids.map((id) => ring.get(id)),
      samples.map((sample) => JSON.parse(JSON.stringify(sample)) as unknown),
    );
    assert.deepEqual(
      ring.marks().map(({ id, takenAt, total }) => [id, takenAt, total]),
      ids.map((id, index) => [id, samples[index]!.takenAt, [0, 1, 7, 300][index]]),
    );
    assert.equal(ring.newest?.sample, samples.at(-1));
  });

  it('keeps the newest 300, and as many as fit', () => {
    const ring = new SampleRing();
    for (let count = 0; count < 310; count += 1) ring.add(sampleOf([backend(count)]));
    assert.deepEqual([ring.marks().length, ring.marks()[0]?.id, ring.get(10)], [300, 11, undefined]);
    const small = new SampleRing({ samples: 300, bytes: 2000 });
    for (let count = 0; count < 100; count += 1) small.add(sampleOf(crowd(50, { query: `q${count}` })));
    assert.ok(small.marks().length < 10);
    assert.equal(small.marks().at(-1)?.id, 100);
  });

  it('keeps evidence beyond the ring, the newest 50', () => {
    const ring = new SampleRing({ samples: 2, bytes: 1e9 });
    for (let count = 0; count < 60; count += 1) {
      const id = ring.add(sampleOf([backend(count)]));
      ring.markChanged(id);
      ring.keep(id);
    }
    assert.equal(ring.get(11)?.backends[0]?.pid, 10);
    assert.equal(ring.get(10), undefined);
    assert.ok(ring.marks().every(({ changed }) => changed));
    ring.keep(5);
    assert.equal(ring.get(5), undefined);
  });

  it('takes no more than 60 kB for a thousand sessions', () => {
    const ring = new SampleRing({ samples: 300, bytes: 20 * 60_000 });
    const query = 'SELECT * FROM orders JOIN customers USING (customer) WHERE id = ';
    for (let count = 0; count < 20; count += 1)
      ring.add(
        sampleOf(Array.from({ length: 1000 }, (_, pid) => backend(pid, { query: `${query}${pid * count}` }))),
      );
    assert.equal(ring.marks().length, 20);
  });
});
