import assert from 'node:assert/strict';
import { ChartView } from '../../src/webview/chartView.ts';

describe('the view of the chart', () => {
  let view: ChartView;
  const span = (): [from: number, to: number] => [view.range.from, view.range.to];
  beforeEach(() => {
    view = new ChartView();
    view.update({ from: 1000, to: 2000 }, 10);
  });

  it('is the whole history at first, and grows with it', () => {
    view.update({ from: 1000, to: 2010 }, 10);
    assert.deepEqual(span(), [1000, 2010]);
    assert.equal(view.isZoomed, false);
  });

  it('keeps what the pointer is at where it is', () => {
    view.zoom(0.5, 1250);
    assert.deepEqual(span(), [1125, 1625]);
    view.zoom(2, 1250);
    assert.deepEqual([span(), view.isZoomed], [[1000, 2000], false]);
  });

  it('shows no less than four buckets, and no more than there is', () => {
    for (let count = 0; count < 50; count += 1) view.zoom(0.5, 1500);
    assert.deepEqual(span(), [1480, 1520]);
    view.show({ from: 0, to: 5000 });
    assert.deepEqual(span(), [1000, 2000]);
  });

  it('moves up to the ends', () => {
    view.show({ from: 1500, to: 1600 });
    view.pan(-200);
    assert.deepEqual(span(), [1300, 1400]);
    view.pan(-Infinity);
    assert.deepEqual(span(), [1000, 1100]);
    view.pan(Infinity);
    assert.deepEqual(span(), [1900, 2000]);
  });

  it('goes on with the newest bucket where it shows that, and else stays', () => {
    view.show({ from: 1900, to: 2000 });
    view.update({ from: 1050, to: 2050 }, 10);
    assert.deepEqual(span(), [1950, 2050]);
    view.show({ from: 1500, to: 1600 });
    view.update({ from: 1060, to: 2060 }, 10);
    assert.deepEqual(span(), [1500, 1600]);
    view.update({ from: 1560, to: 2560 }, 10);
    assert.deepEqual(span(), [1560, 1660]);
  });

  it('shows all again, and all of another history that is shorter', () => {
    view.show({ from: 1500, to: 1600 });
    view.update({ from: 5000, to: 5050 }, 10);
    assert.deepEqual([span(), view.isZoomed], [[5000, 5050], false]);
    view.show({ from: 5000, to: 5040 });
    view.showAll();
    assert.deepEqual(span(), [5000, 5050]);
  });
});
