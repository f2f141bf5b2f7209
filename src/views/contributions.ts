/**
 * Every id that package.json contributes, spelled once. The manifest test holds both to each other.
 */

export const viewIds = {
  active: 'pgConnections.active',
  failures: 'pgConnections.failures',
  dashboard: 'pgConnections.dashboard',
  server: 'pgConnections.server',
  pools: 'pgConnections.pools',
} as const;

/** The dashboard as an editor (a webview panel, not contributed). */
export const dashboardPanelType = 'pgConnections.dashboardPanel';

export const commandIds = {
  chooseLog: 'pgConnections.chooseLog',
  followAnother: 'pgConnections.followAnother',
  stopFollowing: 'pgConnections.stopFollowing',
  showLogOf: 'pgConnections.showLogOf',
  addCommandSource: 'pgConnections.addCommandSource',
  lookAgain: 'pgConnections.lookAgain',
  tryDemo: 'pgConnections.tryDemo',
  stopDemo: 'pgConnections.stopDemo',
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
  exportDashboardConfig: 'pgConnections.exportDashboardConfig',
  copyIncidentNote: 'pgConnections.copyIncidentNote',
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
  connectServer: 'pgConnections.connectServer',
  disconnectServer: 'pgConnections.disconnectServer',
  forgetPassword: 'pgConnections.forgetPassword',
  copyServerReport: 'pgConnections.copyServerReport',
  showBackend: 'pgConnections.showBackend',
  earlierSample: 'pgConnections.earlierSample',
  laterSample: 'pgConnections.laterSample',
  latestSample: 'pgConnections.latestSample',
  silenceFinding: 'pgConnections.silenceFinding',
  unsilenceFinding: 'pgConnections.unsilenceFinding',
  cancelQuery: 'pgConnections.cancelQuery',
  terminateSession: 'pgConnections.terminateSession',
  terminateSessions: 'pgConnections.terminateSessions',
  freeDatabase: 'pgConnections.freeDatabase',
  copyPsql: 'pgConnections.copyPsql',
  openPsql: 'pgConnections.openPsql',
  revealClient: 'pgConnections.revealClient',
  addPool: 'pgConnections.addPool',
  removePool: 'pgConnections.removePool',
  copyPool: 'pgConnections.copyPool',
  openPoolLog: 'pgConnections.openPoolLog',
  openPoolEntry: 'pgConnections.openPoolEntry',
  showPoolChart: 'pgConnections.showPoolChart',
} as const;
export type CommandName = keyof typeof commandIds;

/** Commands whose code is loaded with the pools. */
export const poolCommandNames = [
  'addPool',
  'removePool',
  'copyPool',
  'openPoolLog',
  'openPoolEntry',
  'showPoolChart',
] as const satisfies readonly CommandName[];
export type PoolCommandName = (typeof poolCommandNames)[number];

/** Commands whose code is loaded when one of them is run. */
export const serverCommandNames = [
  'connectServer',
  'disconnectServer',
  'forgetPassword',
  'copyServerReport',
  'showBackend',
  'earlierSample',
  'laterSample',
  'latestSample',
  'silenceFinding',
  'unsilenceFinding',
  'cancelQuery',
  'terminateSession',
  'terminateSessions',
  'freeDatabase',
  'copyPsql',
  'openPsql',
  'revealClient',
] as const satisfies readonly CommandName[];
export type ServerCommandName = (typeof serverCommandNames)[number];

/** Settings below the section `pgConnections`. */
export const settingsSection = 'pgConnections';
export const settingIds = {
  log: 'log',
  logLinePrefix: 'logLinePrefix',
  timeZone: 'timeZone',
  commandSources: 'commandSources',
  historyWindowMinutes: 'history.windowMinutes',
  historyBucketMinutes: 'history.bucketMinutes',
  memoryEvents: 'memory.events',
  feedRows: 'feed.rows',
  groupBy: 'groupBy',
  mute: 'mute',
  followNewestServer: 'followNewestServer',
  notifications: 'notifications',
  warnAbove: 'statusBar.warnAbove',
  metricsPort: 'metrics.port',
  serverUri: 'server.uri',
  serverEnvironment: 'server.environment',
  serverReadOnly: 'server.readOnly',
  serverSeenSeconds: 'server.seenSeconds',
  serverAlertSeconds: 'server.alertSeconds',
  serverUtilizationWarning: 'server.utilizationWarning',
  serverUtilizationCritical: 'server.utilizationCritical',
  serverIdleMinutes: 'server.idleMinutes',
  serverIdleInTransactionMinutes: 'server.idleInTransactionMinutes',
  serverIdleInTransactionCount: 'server.idleInTransactionCount',
  serverActiveSeconds: 'server.activeSeconds',
  serverConnectionsPerClient: 'server.connectionsPerClient',
  serverIdlePerClient: 'server.idlePerClient',
  serverQueryTags: 'server.queryTags',
  serverSilenced: 'server.silenced',
} as const;

/** Default and bounds of the settings that are numbers. */
export const numberBounds = {
  historyWindowMinutes: { default: 60, minimum: 1, maximum: 10_080 },
  historyBucketMinutes: { default: 15, minimum: 1, maximum: 1_440 },
  memoryEvents: { default: 200_000, minimum: 1_000, maximum: 5_000_000 },
  feedRows: { default: 500, minimum: 10, maximum: 500 },
  warnAbove: { default: 0, minimum: 0, maximum: 1_000_000 },
  metricsPort: { default: 0, minimum: 0, maximum: 65_535 },
  serverSeenSeconds: { default: 2, minimum: 1, maximum: 60 },
  serverAlertSeconds: { default: 15, minimum: 5, maximum: 600 },
  serverUtilizationWarning: { default: 70, minimum: 1, maximum: 100 },
  serverUtilizationCritical: { default: 90, minimum: 1, maximum: 100 },
  serverIdleMinutes: { default: 30, minimum: 1, maximum: 100000 },
  serverIdleInTransactionMinutes: { default: 5, minimum: 1, maximum: 100000 },
  serverIdleInTransactionCount: { default: 10, minimum: 1, maximum: 100000 },
  serverActiveSeconds: { default: 30, minimum: 1, maximum: 1000000 },
  serverConnectionsPerClient: { default: 5, minimum: 1, maximum: 100000 },
  serverIdlePerClient: { default: 3, minimum: 1, maximum: 100000 },
} as const;

export const contextKeys = {
  state: 'pgConnections.state',
  following: 'pgConnections.following',
  several: 'pgConnections.several',
  paused: 'pgConnections.paused',
  canPause: 'pgConnections.canPause',
  reading: 'pgConnections.reading',
  filtered: 'pgConnections.filtered',
  hasFailures: 'pgConnections.hasFailures',
  canUndoClear: 'pgConnections.canUndoClear',
  canTurnOnLogging: 'pgConnections.canTurnOnLogging',
  canUndoLogging: 'pgConnections.canUndoLogging',
  serverConnected: 'pgConnections.serverConnected',
  serverWritable: 'pgConnections.serverWritable',
  serverSteppedBack: 'pgConnections.serverSteppedBack',
  hasPools: 'pgConnections.hasPools',
  poolsShown: 'pgConnections.poolsShown',
  demo: 'pgConnections.demo',
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
  'paused',
  'stopped',
  'quiet',
  'active',
] as const;
export type ViewState = (typeof viewStates)[number];
