import type { Locator } from '../env/workbench.ts';

/** What the watching needs of an element; Node has no types for it. */
interface Watched {
  readonly children: { readonly length: number };
  readonly textContent: string;
}
interface PageGlobals {
  readonly MutationObserver: new (seen: () => void) => {
    observe(what: Watched, options: { childList: boolean }): void;
    disconnect(): void;
  };
}

/** The most children that an element had at any moment until it holds a text; counted from now on. */
export function mostChildren(list: Locator, until: string): Promise<number> {
  return list.evaluate(
    (element: Watched, text) =>
      new Promise<number>((resolve) => {
        const { MutationObserver } = globalThis as unknown as PageGlobals;
        let most = element.children.length;
        const observer = new MutationObserver(() => {
          most = Math.max(most, element.children.length);
          if (!element.textContent.includes(text)) return;
          observer.disconnect();
          resolve(most);
        });
        observer.observe(element, { childList: true });
      }),
    until,
  );
}
