import { dimensions, type Dimension } from '../core/session/filter.ts';
import type { DashboardScope } from '../core/snapshot/dashboard.ts';
import type { FromPage, ToPage } from '../protocol/pageMessages.ts';

/** What the page remembers while it is hidden or the editor restarts. */
export interface PageState {
  readonly scope: DashboardScope;
  /** undefined = as the settings say. */
  readonly bucketMinutes?: number | undefined;
  readonly rowFilter: string;
  readonly follow: boolean;
  readonly table: boolean;
  /** By what the names are counted that connected most. */
  readonly topBy: Dimension;
}

/** The editor's side of the page (VS Code API, "Webview API: Scripts and message passing"). */
interface EditorApi {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: PageState): void;
}
declare function acquireVsCodeApi(): EditorApi;

/** The host as the page sees it. */
export interface Host {
  readonly send: (message: FromPage) => void;
  readonly state: () => PageState;
  readonly remember: (change: Partial<PageState>) => void;
}

/** Opens the channel to the host; may be called once in the life of the page. */
export function openHost(onMessage: (message: ToPage) => void): Host {
  const api = acquireVsCodeApi();
  let state = readState(api.getState());
  window.addEventListener('message', (event: MessageEvent<ToPage>) => onMessage(event.data));
  return {
    send: (message) => api.postMessage(message),
    state: () => state,
    remember: (change) => {
      state = { ...state, ...change };
      api.setState(state);
    },
  };
}

/** All scopes, in the order of the list. */
export const scopes: readonly DashboardScope[] = ['hour', 'day', 'restart', 'all'];

/** The stored state may be of another version of the page: each part is checked by itself. */
function readState(stored: unknown): PageState {
  const part: Readonly<Record<string, unknown>> =
    typeof stored === 'object' && stored !== null ? { ...stored } : {};
  return {
    scope: scopes.find((scope) => scope === part['scope']) ?? 'hour',
    bucketMinutes: typeof part['bucketMinutes'] === 'number' ? part['bucketMinutes'] : undefined,
    rowFilter: typeof part['rowFilter'] === 'string' ? part['rowFilter'] : '',
    follow: part['follow'] !== false,
    table: part['table'] === true,
    topBy: dimensions.find((dimension) => dimension === part['topBy']) ?? 'application',
  };
}
