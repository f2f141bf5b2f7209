import assert from 'node:assert/strict';

import type { PoolChart } from '../../src/core/pool/poolSnapshot.ts';
import type { ToPoolPage } from '../../src/protocol/pageMessages.ts';
import { packedExtension, packedFile } from '../env/packedExtension.ts';
import type { Browser, Page } from '../env/workbench.ts';
import { eventuallyEqual } from './eventually.ts';
import { sharedBrowser } from './openWindow.ts';

/** A pool with these numbers checked out, one in each bucket. */
const chartOf = (outs: readonly number[], bucketMs = 1000): PoolChart => ({
  ...{ label: 'app.log', pool: 'orders', size: 9, limit: 9, bucketMs, now: outs.length * bucketMs },
  buckets: outs.map((out, index) => ({
    ...{ startAt: index * bucketMs, out, leastOut: out, mostOut: out, mostWaiting: 0, timeouts: 0 },
  })),
});

describe('the page with the chart of a pool', () => {
  let browser: Browser;
  let page: Page;
  before(async () => {
    browser = await sharedBrowser();
    await packedExtension();
  });
  beforeEach(async () => {
    page = await browser.newPage({ locale: 'en-US' });
    await page.addStyleTag({ path: packedFile('dist/poolPage.css') });
    await page.evaluate('globalThis.acquireVsCodeApi = () => ({ postMessage: () => undefined })');
    await page.addScriptTag({ path: packedFile('dist/poolPage.js') });
  });
  afterEach(() => page.close());

  const show = async (chart: PoolChart): Promise<void> => {
    const message: ToPoolPage = { type: 'chart', chart };
    await page.evaluate(`postMessage(${JSON.stringify(message)})`);
    await eventuallyEqual(() => page.locator('tbody tr').count(), chart.buckets.length);
  };
  const readout = (): Promise<string> => page.locator('.readout').innerText();
  const heard = (): Promise<string | null> => page.getByRole('slider').getAttribute('aria-valuetext');

  it('says that nothing is known while there is nothing to draw', async () => {
    await show(chartOf([]));
    await page.getByText('Nothing is known of this pool yet').waitFor();
    assert.equal(await page.locator('svg').isVisible(), false);
  });

  it('is heard in answer to a key, and silent while the pool moves on', async () => {
    await show(chartOf([1, 2, 3]));
    assert.match((await heard()) ?? '', /3 checked out/);
    await page.getByRole('slider').focus();
    await show(chartOf([1, 2, 3, 4]));
    assert.match(await readout(), /4 checked out/);
    assert.match((await heard()) ?? '', /3 checked out/);
    assert.equal(await page.locator('[role=status], [aria-live]').count(), 0);
    await page.keyboard.press('Home');
    assert.match((await heard()) ?? '', /1 checked out/);
    await page.keyboard.press('Escape');
    assert.match((await heard()) ?? '', /4 checked out/);
  });

  it('stays at the instant that is looked at when its buckets are put together', async () => {
    await show(chartOf([1, 2, 3, 4, 5, 6, 7, 8]));
    await page.getByRole('slider').focus();
    await page.keyboard.press('Home');
    for (let count = 0; count < 2; count += 1) await page.keyboard.press('ArrowRight');
    assert.match(await readout(), /3 checked out/);
    await show(chartOf([2, 4, 6, 8], 2000));
    assert.match(await readout(), /4 checked out/);
  });
});
