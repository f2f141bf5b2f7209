import { readFileSync, rmSync } from 'node:fs';

import { monthOf, snapshot } from '../../browser/dashboardSample.ts';
import { openDashboard } from '../../browser/openDashboard.ts';
import type { Browser, Page } from '../../env/workbench.ts';

/** Of each picture of the screen during a gesture, the ms that the page's main thread was computing. */
export interface GestureCost {
  /** In handlers and callbacks of the page: one value for each step of the gesture. */
  readonly scriptMs: readonly number[];
  /** Longest task of any kind, computing. */
  readonly longestTaskMs: number;
}

interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Thread time in µs. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const steps = 120;

/** A month of intervals of that length, zoomed and moved with the wheel, a step for each picture. */
export async function measureZoom(
  browser: Browser,
  bucketMinutes: number,
  file: string,
): Promise<GestureCost> {
  const { page, show } = await openDashboard(browser, { viewport: { width: 1280, height: 760 } });
  await show({ type: 'dashboard', snapshot: snapshot({ history: monthOf(bucketMinutes) }) });
  await page.locator('canvas').waitFor();
  const box = await page.locator('.u-over').boundingBox();
  if (!box) throw new Error('The chart is not on the screen.');
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await browser.startTracing(page, { path: file, categories: ['toplevel'] });
  const scriptMs: number[] = [];
  let before = await scriptTime(session);
  for (let step = 0; step < steps; step += 1) {
    const phase = Math.floor((3 * step) / steps);
    if (phase === 1) await page.mouse.wheel(step % 20 < 10 ? 60 : -60, 0);
    else await page.mouse.wheel(0, phase === 0 ? -40 : 40);
    await nextPicture(page);
    const now = await scriptTime(session);
    scriptMs.push(now - before);
    before = now;
  }
  await browser.stopTracing();
  await page.close();
  const longestTaskMs = longestTask(JSON.parse(readFileSync(file, 'utf8')) as { traceEvents: TraceEvent[] });
  rmSync(file);
  return { scriptMs, longestTaskMs };
}

type Session = Awaited<ReturnType<ReturnType<Page['context']>['newCDPSession']>>;

async function scriptTime(session: Session): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN);
}

function nextPicture(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const { requestAnimationFrame: next } = globalThis as unknown as {
          requestAnimationFrame: (call: () => void) => void;
        };
        next(() => next(resolve));
      }),
  );
}

/** Thread time of the longest task of a page's main thread, in ms. */
function longestTask({ traceEvents }: { traceEvents: readonly TraceEvent[] }): number {
  const mains = new Set(
    traceEvents
      .filter(({ ph, name, args }) => ph === 'M' && name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(({ ph, pid, tid }) => ph === 'X' && mains.has(`${pid} ${tid}`))
    .reduce((most, { tdur = 0 }) => Math.max(most, tdur / 1000), 0);
}
