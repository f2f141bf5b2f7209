import assert from 'node:assert/strict';
import { latencies, percentiles } from '../bench/liveFigures.ts';
import { growthOf } from '../bench/soakFigures.ts';

describe('figures of the benchmarks', () => {
  it('take percentiles from the values themselves, in any order', () => {
    const values = Array.from({ length: 200 }, (_, n) => (n * 77) % 200);
    assert.deepEqual(percentiles(values), { count: 200, p50: 99, p99: 197, most: 199 });
    assert.deepEqual(percentiles([]), { count: 0, p50: undefined, p99: undefined, most: undefined });
  });

  it('take the time from the n-th that was written to when n were told, and leave out what was there before', () => {
    const written = { at: [100, 110, 120, 130], by: [5, 6, 6, 7] };
    const told = { at: [50, 112, 140], by: [5, 6, 9] };
    assert.deepEqual(latencies(written, told, 5), [2, 10]);
    assert.deepEqual(latencies(written, told, 4), [-50, 2, 10]);
  });

  it('leave out what was never told', () => {
    const written = { at: [100, 110], by: [1, 2] };
    assert.deepEqual(latencies(written, { at: [101], by: [1] }), [1]);
  });

  const samples = (heap: (n: number) => number) =>
    Array.from({ length: 60 }, (_, n) => ({
      ...({ type: 'holdings', buffers: 1, resident: 200, handles: 7, descriptors: 20 } as const),
      heap: heap(n),
    }));

  it('find flat what goes up and down, also when it filled up at first', () => {
    const { growth, tolerance } = growthOf(
      samples((n) => Math.min(50, 20 + 5 * n) + ((n * 7) % 15)),
      'heap',
    );
    assert.ok(growth <= tolerance, `${growth} > ${tolerance}`);
  });

  it('find a leak under what goes up and down', () => {
    const { growth, tolerance } = growthOf(
      samples((n) => 50 + 0.2 * n + ((n * 7) % 15)),
      'heap',
    );
    assert.ok(growth > tolerance, `${growth} <= ${tolerance}`);
    const handles = samples(() => 50).map((sample, n) => ({ ...sample, handles: 7 + Math.floor(n / 10) }));
    assert.ok(growthOf(handles, 'handles').growth > growthOf(handles, 'handles').tolerance);
  });
});
