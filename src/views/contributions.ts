/**
 * Every id that package.json contributes, spelled once. The manifest test holds both to each other.
 */

export const viewIds = {
  active: 'pgConnections.active',
  failures: 'pgConnections.failures',
  dashboard: 'pgConnections.dashboard',
} as const;

/** The dashboard as an editor (a webview panel, not contributed). */
export const dashboardPanelType = 'pgConnections.dashboardPanel';

export const commandIds = {
  chooseLog: 'pgConnections.chooseLog',
  lookAgain: 'pgConnections.lookAgain',
  pause: 'pgConnections.pause',
  follow: 'pgConnections.follow',
  stopReading: 'pgConnections.stopReading',
  clear: 'pgConnections.clear',
  undoClear: 'pgConnections.undoClear',
  filter: 'pgConnections.filter',
  clearFilter: 'pgConnections.clearFilter',
  showDashboard: 'pgConnections.showDashboard',
  openDashboard: 'pgConnections.openDashboard',
  copySummary: 'pgConnections.copySummary',
  latestFailure: 'pgConnections.latestFailure',
  exportEvents: 'pgConnections.exportEvents',
  turnOnLogging: 'pgConnections.turnOnLogging',
  undoLogging: 'pgConnections.undoLogging',
  showStatus: 'pgConnections.showStatus',
  showLog: 'pgConnections.showLog',
  filterByThis: 'pgConnections.filterByThis',
  copyRow: 'pgConnections.copyRow',
  openSessionLog: 'pgConnections.openSessionLog',
  showDetails: 'pgConnections.showDetails',
  showMore: 'pgConnections.showMore',
  openEntry: 'pgConnections.openEntry',
  openLink: 'pgConnections.openLink',
  acknowledge: 'pgConnections.acknowledge',
  muteLikeThis: 'pgConnections.muteLikeThis',
} as const;
export type CommandName = keyof typeof commandIds;

/** Settings below the section `pgConnections`. */
export const settingsSection = 'pgConnections';
export const settingIds = {
  log: 'log',
  logLinePrefix: 'logLinePrefix',
  timeZone: 'timeZone',
  historyWindowMinutes: 'history.windowMinutes',
  historyBucketMinutes: 'history.bucketMinutes',
  memoryEvents: 'memory.events',
  feedRows: 'feed.rows',
  groupBy: 'groupBy',
  mute: 'mute',
  followNewestServer: 'followNewestServer',
  notifications: 'notifications',
  warnAbove: 'statusBar.warnAbove',
} as const;

/** Default and bounds of the settings that are numbers. */
export const numberBounds = {
  historyWindowMinutes: { default: 60, minimum: 1, maximum: 10_080 },
  historyBucketMinutes: { default: 15, minimum: 1, maximum: 1_440 },
  memoryEvents: { default: 200_000, minimum: 1_000, maximum: 5_000_000 },
  feedRows: { default: 500, minimum: 10, maximum: 500 },
  warnAbove: { default: 0, minimum: 0, maximum: 1_000_000 },
} as const;

export const contextKeys = {
  state: 'pgConnections.state',
  following: 'pgConnections.following',
  paused: 'pgConnections.paused',
  reading: 'pgConnections.reading',
  filtered: 'pgConnections.filtered',
  hasFailures: 'pgConnections.hasFailures',
  canUndoClear: 'pgConnections.canUndoClear',
  canTurnOnLogging: 'pgConnections.canTurnOnLogging',
  canUndoLogging: 'pgConnections.canUndoLogging',
} as const;

/** Values of the context key `pgConnections.state`: which welcome text an empty view shows. */
export const viewStates = [
  'looking',
  'none',
  'several',
  /** A log could not be followed; the view's message says why. */
  'refused',
  'reading',
  'waiting',
  'empty',
  'loggingOff',
  'filteredOut',
  'quiet',
  'active',
] as const;
export type ViewState = (typeof viewStates)[number];
