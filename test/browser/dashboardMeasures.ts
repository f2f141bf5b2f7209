import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { until } from '../env/scenario/until.ts';
import type { FrameLocator } from '../env/workbench.ts';
import type { HeldSession, Shop } from './shop.ts';

/** What the tests touch of the page's own objects; Node has no types for them. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(left: number, top: number, width: number, height: number): { data: Uint8ClampedArray };
  };
}
interface Rows {
  /** When rows were added, ms since the epoch. */
  seenAt: number[];
}
interface PageGlobals {
  readonly MutationObserver: new (seen: () => void) => {
    observe(rows: Rows, options: { childList: boolean }): void;
  };
}

/** How many colours the history's canvas has. */
export async function colours(page: FrameLocator): Promise<number> {
  return page.locator('canvas').evaluate((canvas: Canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
}

/** Ms from when the server wrote an event to when the page showed it, ascending. */
export interface Latencies {
  readonly connects: readonly number[];
  readonly disconnects: readonly number[];
}

/**
 * Somebody connects and leaves, again and again; `events` is the number of both together. For `restMs` after each nothing
 * happens: the page is drawn four times a second, and one is seen at once only if none was just before.
 */
export async function measure(
  shop: Shop,
  page: FrameLocator,
  events: number,
  restMs: number,
): Promise<Latencies> {
  await page.locator('.rows').evaluate((rows: Rows) => {
    const { MutationObserver } = globalThis as unknown as PageGlobals;
    rows.seenAt = [];
    new MutationObserver(() => rows.seenAt.push(Date.now())).observe(rows, { childList: true });
  });
  const latencies = { connects: [] as number[], disconnects: [] as number[] };
  let session: HeldSession | undefined;
  for (let event = 0; event < events; event++) {
    if (session === undefined)
      session = await shop.hold({ user: 'web', database: 'shop', application: 'burst' });
    else {
      await shop.leave(session);
      session = undefined;
    }
    const seenAt = await until(
      'the page shows it',
      async () => (await page.locator('.rows').evaluate((rows: Rows) => rows.seenAt))[event],
      20,
    );
    await delay(restMs);
    const list = session === undefined ? latencies.disconnects : latencies.connects;
    list.push(Math.round(seenAt - statSync(shop.server.logFile).mtimeMs));
  }
  for (const list of Object.values(latencies)) list.sort((one, other) => one - other);
  return latencies;
}
