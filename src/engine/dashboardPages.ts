import { newsOf, type DashboardNews, type Told } from '../core/dashboardNews.ts';
import type { DashboardSnapshot } from '../core/snapshot.ts';
import type { FollowedSource } from './followedSource.ts';

/** A window has two pages, and the next ones of a closed page. */
const mostPages = 4;

/** What each page has of each source; forgotten with the source. */
const told = new WeakMap<FollowedSource, Map<string, Told>>();

let lastNumber = 0;

/** The news for a page that has those numbered `have`; everything if it has others, or none. */
export function newsFor(
  source: FollowedSource,
  { page, have }: { readonly page: string; readonly have?: number | undefined },
  now: DashboardSnapshot,
): DashboardNews {
  const pages = told.get(source) ?? new Map<string, Told>();
  told.set(source, pages);
  const before = pages.get(page);
  const number = ++lastNumber;
  const news = newsOf(before?.number === have ? before : undefined, now, number);
  // asked for last stands last
  pages.delete(page);
  pages.set(page, { number, snapshot: now });
  for (const oldest of pages.keys()) if (pages.size > mostPages) pages.delete(oldest);
  return news;
}
