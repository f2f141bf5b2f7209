import { ConfigurationTarget, Disposable, workspace, type WorkspaceConfiguration } from 'vscode';
import type { CommandLine, CommandSource } from '../core/log/logPlace.ts';
import { type Dimension, dimensions } from '../core/session/filter.ts';
import type { EngineSettings, MuteRule } from '../protocol/logQuestions.ts';
import { numberBounds, settingIds, settingsSection } from './contributions.ts';

export type NotificationPolicy = 'critical' | 'all' | 'off';

/** All settings, checked: whatever settings.json says, these values are inside their bounds. */
export interface Settings {
  /** `auto`, or a path, directory or glob. */
  readonly log: string;
  readonly engine: EngineSettings;
  readonly groupBy: readonly Dimension[];
  readonly followNewestServer: boolean;
  readonly notifications: NotificationPolicy;
  /** Status bar warns above this many sessions; 0 = never. */
  readonly warnAbove: number;
}

/** The settings as they are now; in Restricted Mode VS Code itself leaves out the workspace's restricted ones. */
export function readSettings(): Settings {
  const section = workspace.getConfiguration(settingsSection);
  return {
    log: text(section, 'log', 'auto'),
    engine: {
      logLinePrefix: rawText(section, 'logLinePrefix', 'auto'),
      timeZone: text(section, 'timeZone', 'auto'),
      historyWindowMinutes: bounded(section, 'historyWindowMinutes'),
      historyBucketMinutes: bounded(section, 'historyBucketMinutes'),
      memoryEvents: bounded(section, 'memoryEvents'),
      feedRows: bounded(section, 'feedRows'),
      mute: muteRules(section.get<unknown>(settingIds.mute)),
      metricsPort: bounded(section, 'metricsPort'),
      commandSources: readCommandSources(),
    },
    groupBy: groupings(section.get<unknown>(settingIds.groupBy)),
    followNewestServer: section.get<unknown>(settingIds.followNewestServer) !== false,
    notifications: policy(section.get<unknown>(settingIds.notifications)),
    warnAbove: bounded(section, 'warnAbove'),
  };
}

/**
 * The settings, read once and again when they or the trust in the workspace have changed: views ask for them at every
 * news of the engine, and to read them takes longer than most of what follows.
 */
export class CurrentSettings implements Disposable {
  #settings: Settings | undefined;
  readonly #listeners: Disposable;

  /** Before everybody else who listens to changes of the configuration. */
  constructor() {
    const forget = (): void => void (this.#settings = undefined);
    this.#listeners = Disposable.from(
      workspace.onDidChangeConfiguration(forget),
      workspace.onDidGrantWorkspaceTrust(forget),
    );
  }

  readonly read = (): Settings => (this.#settings ??= readSettings());

  dispose(): void {
    this.#listeners.dispose();
  }
}

/** The user's commands whose output may be followed: never a workspace's, and none in Restricted Mode. */
export function readCommandSources(): readonly CommandSource[] {
  if (!workspace.isTrusted) return [];
  return Object.entries(writtenCommandSources()).flatMap(([name, command]) =>
    isCommand(command) ? [{ name, command }] : [],
  );
}

/**
 * Adds a command to the user's settings, or those of the remote machine; an older one of this name is replaced. What the
 * user has written there stays as it is, also where it is no command.
 */
export async function keepCommandSource({ name, command }: CommandSource): Promise<void> {
  await workspace
    .getConfiguration(settingsSection)
    .update(
      settingIds.commandSources,
      { ...writtenCommandSources(), [name]: command },
      ConfigurationTarget.Global,
    );
}

function writtenCommandSources(): Readonly<Record<string, unknown>> {
  const section = workspace.getConfiguration(settingsSection);
  const value = section.inspect<unknown>(settingIds.commandSources)?.globalValue;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function isCommand(value: unknown): value is CommandLine {
  const words: readonly unknown[] = Array.isArray(value) ? value : [value];
  return words.every((word) => typeof word === 'string') && /\S/u.test(words[0] ?? '');
}

/**
 * Adds a mute rule where the rules are already kept: in the workspace's settings if it has some, else the user's. What is
 * written there stays as it is, also where it is no rule.
 */
export async function addMuteRule(rule: MuteRule): Promise<void> {
  const section = workspace.getConfiguration(settingsSection);
  const { workspaceValue, globalValue } = section.inspect<unknown>(settingIds.mute) ?? {};
  const value = workspaceValue ?? globalValue;
  const written: readonly unknown[] = Array.isArray(value) ? value : [];
  await section.update(settingIds.mute, [...written, rule], targetIn(section, 'mute'));
}

/** Sets when notifications come, for this user, or where the workspace says it. */
export async function setNotifications(value: NotificationPolicy): Promise<void> {
  const section = workspace.getConfiguration(settingsSection);
  await section.update(settingIds.notifications, value, targetIn(section, 'notifications'));
}

/** Where a value must be written to count. */
function targetIn(section: WorkspaceConfiguration, id: keyof typeof settingIds): ConfigurationTarget {
  const isOfWorkspace = section.inspect<unknown>(settingIds[id])?.workspaceValue !== undefined;
  return isOfWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
}

function rawText(section: WorkspaceConfiguration, id: keyof typeof settingIds, otherwise: string): string {
  const value = section.get<unknown>(settingIds[id]);
  return typeof value === 'string' && value.trim() !== '' ? value : otherwise;
}

function text(section: WorkspaceConfiguration, id: keyof typeof settingIds, otherwise: string): string {
  return rawText(section, id, otherwise).trim();
}

/** A number of the settings, inside its bounds. */
export function bounded(section: WorkspaceConfiguration, id: keyof typeof numberBounds): number {
  const { default: usual, minimum, maximum } = numberBounds[id];
  const value = section.get<unknown>(settingIds[id]);
  if (typeof value !== 'number' || !Number.isFinite(value)) return usual;
  return Math.min(maximum, Math.max(minimum, Math.round(value)));
}

function groupings(value: unknown): readonly Dimension[] {
  const wanted: readonly unknown[] = Array.isArray(value) ? value : [];
  const known = [...new Set(wanted)].flatMap(
    (name) => dimensions.find((dimension) => dimension === name) ?? [],
  );
  return known.length > 0 ? known : ['database', 'user', 'application'];
}

function policy(value: unknown): NotificationPolicy {
  return value === 'all' || value === 'off' ? value : 'critical';
}

const ruleParts = ['kind', 'message', 'user', 'database', 'application', 'host'] as const;

/** Rules that say nothing are left out: an empty rule would hide every failure. */
function muteRules(value: unknown): readonly MuteRule[] {
  const rules: readonly unknown[] = Array.isArray(value) ? value : [];
  return rules
    .filter((rule): rule is Record<string, unknown> => typeof rule === 'object' && rule !== null)
    .map((rule) => ruleParts.flatMap((part) => (typeof rule[part] === 'string' ? [[part, rule[part]]] : [])))
    .filter((parts) => parts.length > 0)
    .map((parts) => Object.fromEntries(parts) as MuteRule);
}
