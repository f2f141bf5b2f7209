import type { Locator } from '../../env/workbench.ts';

/** What the watching needs of a page; Node has no types for it. */
interface Rows {
  readonly children: { readonly length: number };
}
interface PageGlobals {
  readonly MutationObserver: new (seen: () => void) => {
    observe(rows: Rows, options: object): void;
    disconnect(): void;
  };
}

/** The most rows that a list has at any moment of so many ms from now on. */
export function mostRows(list: Locator, forMs: number): Promise<number> {
  return list.evaluate(
    (rows: Rows, ms) =>
      new Promise<number>((resolve) => {
        const { MutationObserver } = globalThis as unknown as PageGlobals;
        let most = rows.children.length;
        const observer = new MutationObserver(() => (most = Math.max(most, rows.children.length)));
        observer.observe(rows, { childList: true });
        setTimeout(() => {
          observer.disconnect();
          resolve(most);
        }, ms);
      }),
    forMs,
  );
}
