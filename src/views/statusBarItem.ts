import { type Disposable, l10n, MarkdownString, StatusBarAlignment, ThemeColor, window } from 'vscode';
import { percent } from '../core/server/findingText.ts';
import type { ServerStatus } from '../core/server/serverSnapshot.ts';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import type { ConnectedServer } from './connectedServer.ts';
import { viewIds } from './contributions.ts';
import type { FollowedLog } from './followedLog.ts';
import type { Settings } from './settings.ts';
import { readingText } from './viewHeaders.ts';
import { behindText, factsText, markdownText, pathText, say, serverText, totalsText } from './words.ts';

/** What the item shows. */
export interface StatusText {
  readonly text: string;
  /** One line each, without markup. */
  readonly tooltip: readonly string[];
  readonly warning: boolean;
}

/** The item's text: unfiltered, with `≥` or `?` where the log cannot tell exactly. */
export function statusText(
  status: SourceStatus,
  warnAbove: number,
  home: string | undefined,
  all: readonly SourceStatus[] = [status],
): StatusText {
  const failures = status.newFailures > 0 ? ` $(error) ${status.newFailures}` : '';
  const above = warnAbove > 0 && status.active > warnAbove;
  return {
    text: `$(${stateIcon(status)}) ${activeText(status)}${failures}`,
    tooltip: [
      serverText(status.log, status.serverVersion, status.format),
      pathText(status.log.path, home) ?? '',
      activeSentence(status),
      status.activeReplication > 0 ? l10n.t('Replication: {0}', status.activeReplication) : '',
      totalsText(status.totals),
      status.newFailures > 0 ? l10n.t('Failed logins since you last looked: {0}', status.newFailures) : '',
      above ? l10n.t('This is more than {0}, from where on a warning was asked for.', warnAbove) : '',
      stateSentence(status) ?? '',
      all.length > 1 ? sumText(all) : '',
    ].filter((line) => line !== ''),
    warning: above,
  };
}

/** The same with what the live server tells, where one is connected: how full it is, and what is critical. */
export function withServer(
  log: StatusText | undefined,
  server: ServerStatus | undefined,
): StatusText | undefined {
  if (server === undefined) return log;
  const { utilization, critical, warnings, label, sentence, environment } = server;
  const share = utilization === undefined ? undefined : percent(utilization);
  const full = share === undefined ? undefined : l10n.t('{0} %', share);
  const shown = [
    environment === 'production' ? '$(shield)' : '',
    log ? factsText([log.text, full]) : `$(server) ${full ?? ''}`.trimEnd(),
    critical > 0 ? `$(flame) ${critical}` : '',
  ];
  return {
    text: shown.filter((part) => part !== '').join(' '),
    tooltip: [
      ...(log?.tooltip ?? []),
      environment === 'production' ? l10n.t('{0}: PRODUCTION', label) : label,
      share === undefined ? '' : l10n.t('{0} % of the usable connections are in use', share),
      critical + warnings > 0
        ? l10n.t('Findings that are critical: {0}, warnings: {1}', critical, warnings)
        : '',
      sentence === undefined ? '' : say(sentence),
    ].filter((line) => line !== ''),
    warning: (log?.warning ?? false) || critical > 0,
  };
}

function sumText(all: readonly SourceStatus[]): string {
  const sum = (of: (status: SourceStatus) => number): number =>
    all.reduce((total, each) => total + of(each), 0);
  return l10n.t(
    'All {0} logs: {1} connected, {2} failed logins since you last looked',
    all.length,
    sum(({ active }) => active),
    sum(({ newFailures }) => newFailures),
  );
}

function stateIcon({ state }: SourceStatus): string {
  switch (state) {
    case 'reading':
      return 'sync~spin';
    case 'following':
      return 'plug';
    case 'paused':
      return 'debug-pause';
    case 'waiting':
      return 'watch';
    case 'stopped':
      return 'debug-stop';
  }
}

function activeText({ active, activeIs }: SourceStatus): string {
  if (activeIs === 'unknown') return '?';
  return activeIs === 'atLeast' ? `≥${active}` : String(active);
}

function activeSentence({ active, activeIs }: SourceStatus): string {
  switch (activeIs) {
    case 'exact':
      return l10n.t('Connected: {0}', active);
    case 'atLeast':
      return l10n.t('Connected: at least {0}', active);
    case 'unknown':
      return l10n.t('The log cannot tell how many sessions are connected.');
  }
}

function stateSentence(status: SourceStatus): string | undefined {
  if (status.trouble !== undefined) return say(status.trouble);
  switch (status.state) {
    case 'reading':
      return readingText(status);
    case 'paused':
      return l10n.t('Paused: run “Connections: Follow” to go on.');
    case 'stopped':
      return l10n.t('Reading was stopped: the numbers tell of a part of the log.');
    case 'following':
      return status.behindMs === undefined ? undefined : behindText(status.behindMs);
    case 'waiting':
      return undefined;
  }
}

/** The one item in the status bar; hidden while nothing is followed. */
export class ConnectionsStatusBarItem implements Disposable {
  readonly #item = window.createStatusBarItem('pgConnections.status', StatusBarAlignment.Left, 0);
  readonly #followed: FollowedLog;
  readonly #server: Pick<ConnectedServer, 'status' | 'onDidChange'>;
  readonly #settings: () => Settings;
  readonly #home: string | undefined;
  readonly #subscriptions: readonly Disposable[];
  #drawn: string | undefined;

  constructor(
    followed: FollowedLog,
    server: Pick<ConnectedServer, 'status' | 'onDidChange'>,
    settings: () => Settings,
    home: string | undefined,
  ) {
    this.#followed = followed;
    this.#server = server;
    this.#settings = settings;
    this.#home = home;
    this.#item.name = l10n.t('PostgreSQL Connections');
    this.#item.command = `${viewIds.active}.focus`;
    this.#subscriptions = [followed.onDidChange(() => this.draw()), server.onDidChange(() => this.draw())];
  }

  /** What the item says now; undefined while it is hidden. */
  get text(): string | undefined {
    return this.#drawn === undefined ? undefined : this.#item.text;
  }

  draw(): void {
    const { all, status } = this.#followed;
    const log = status && statusText(status, this.#settings().warnAbove, this.#home, all);
    const shown = withServer(log, this.#server.status);
    const drawn = shown && JSON.stringify(shown);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    if (shown === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = shown.text;
    this.#item.tooltip = linesTooltip(shown.tooltip);
    this.#item.backgroundColor = shown.warning
      ? new ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.#item.accessibilityInformation = { label: shown.tooltip.join(', ') };
    this.#item.show();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#item.dispose();
  }
}

function linesTooltip(lines: readonly string[]): MarkdownString {
  const tooltip = new MarkdownString();
  for (const line of lines) tooltip.appendMarkdown(`${markdownText(line)}  \n`);
  return tooltip;
}
