import { newsOf, type DashboardNews, type Told } from '../core/dashboardNews.ts';
import type { DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import type { FollowedSource } from './followedSource.ts';

/** A window has two pages, and soon the next ones in place of closed ones. */
const mostPages = 4;

/** Remembers what each page was told last of each source, so that it is told only what is new. */
export class DashboardPages {
  /** Forgotten with the source. */
  readonly #told = new WeakMap<FollowedSource, Map<string, Told>>();
  /** Of all sources: news of one never follow those of another. */
  #lastNumber = 0;

  /** The news for a page that has those numbered `have`; everything if it has others, or none. */
  newsFor(
    source: FollowedSource,
    { page, have }: { readonly page: string; readonly have?: number | undefined },
    now: DashboardSnapshot,
  ): DashboardNews {
    const pages = this.#told.get(source) ?? new Map<string, Told>();
    this.#told.set(source, pages);
    const before = pages.get(page);
    const number = ++this.#lastNumber;
    // asked for last stands last
    pages.delete(page);
    pages.set(page, { number, snapshot: now });
    for (const oldest of pages.keys()) if (pages.size > mostPages) pages.delete(oldest);
    return newsOf(before?.number === have ? before : undefined, now, number);
  }
}
