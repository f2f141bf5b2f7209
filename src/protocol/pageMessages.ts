/** The messages between the editor's host and its pages: plain data, one union per direction. */
import type { DashboardNews } from '../core/dashboardNews.ts';
import type { PoolChart } from '../core/pool/poolSnapshot.ts';
import type { DashboardScope } from '../core/snapshot/dashboard.ts';

/** Every text of the page, translated by the host; keys are the page's own (webview/strings.ts). */
export type PageStrings = Readonly<Record<string, string>>;

// ---- host ↔ the dashboard -----------------------------------------------------------------------------------------

/** Host → page. */
export type ToPage =
  | { readonly type: 'strings'; readonly strings: PageStrings; readonly locale: string }
  | { readonly type: 'nothing'; readonly sentence: string }
  | { readonly type: 'dashboard'; readonly news: DashboardNews };

/** Page → host. The page speaks first, with `ready`; the answers hold all it needs to draw. It says so again when it lacks the news that others follow. */
export type FromPage =
  | { readonly type: 'ready'; readonly scope: DashboardScope; readonly bucketMinutes?: number }
  | {
      readonly type: 'scope';
      readonly sourceId: string;
      readonly scope: DashboardScope;
      readonly bucketMinutes?: number;
    }
  /** The user clicked `[!]`: open the log at that entry. */
  | { readonly type: 'open'; readonly sourceId: string; readonly troubleId: number }
  | { readonly type: 'pause'; readonly sourceId: string; readonly paused: boolean }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'command'; readonly command: 'chooseLog' | 'turnOnLogging' | 'filter' | 'clearFilter' };

// ---- host ↔ the page of a pool's chart --------------------------------------------------------------------------

/** Host → page. */
export type ToPoolPage =
  | { readonly type: 'strings'; readonly strings: PageStrings; readonly locale: string }
  | { readonly type: 'chart'; readonly chart: PoolChart };

/** Page → host. */
export interface FromPoolPage {
  readonly type: 'ready';
}
