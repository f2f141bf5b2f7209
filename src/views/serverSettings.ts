import { ConfigurationTarget, workspace, type WorkspaceConfiguration } from 'vscode';
import type { ServerSettings } from '../protocol/serverQuestions.ts';
import { type numberBounds, settingIds, settingsSection } from './contributions.ts';
import { bounded } from './settings.ts';

const secondMs = 1000;
/** Longer texts are no name of a tag, no pattern for one, and no finding. */
const longestText = 500;
const mostTags = 20;
const mostSilenced = 200;

/** The settings of the live server, checked: whatever settings.json says, these values are inside their bounds. */
export function readServerSettings(): ServerSettings {
  const section = workspace.getConfiguration(settingsSection);
  const number = (id: keyof typeof numberBounds): number => bounded(section, id);
  return {
    seenMs: number('serverSeenSeconds') * secondMs,
    alertsMs: number('serverAlertSeconds') * secondMs,
    thresholds: {
      utilizationWarning: number('serverUtilizationWarning') / 100,
      utilizationCritical: number('serverUtilizationCritical') / 100,
      idleMinutes: number('serverIdleMinutes'),
      idleInTransactionMinutes: number('serverIdleInTransactionMinutes'),
      idleInTransactionCount: number('serverIdleInTransactionCount'),
      activeSeconds: number('serverActiveSeconds'),
      connectionsPerClient: number('serverConnectionsPerClient'),
      idlePerClient: number('serverIdlePerClient'),
    },
    queryTags: queryTags(section.get<unknown>(settingIds.serverQueryTags)),
    environment: environment(section.get<unknown>(settingIds.serverEnvironment)),
    readOnly: section.get<unknown>(settingIds.serverReadOnly) === true || !workspace.isTrusted,
    silenced: silencedOf(section),
  };
}

/** The URI that the user's settings name; undefined = none. */
export function serverUri(): string | undefined {
  const value = workspace.getConfiguration(settingsSection).get<unknown>(settingIds.serverUri);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/**
 * Adds a finding to those that the user knows of, or takes it away again. What is written there stays as it is, also where
 * it is no finding.
 */
export async function setSilenced(finding: string, isSilenced: boolean): Promise<void> {
  const section = workspace.getConfiguration(settingsSection);
  const others = writtenSilenced(section).filter((each) => each !== finding);
  const inWorkspace = section.inspect<unknown>(settingIds.serverSilenced)?.workspaceValue !== undefined;
  const target = inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global;
  await section.update(settingIds.serverSilenced, isSilenced ? [...others, finding] : others, target);
}

function queryTags(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {};
  const tags = Object.entries(value as Record<string, unknown>).filter(
    (tag): tag is [string, string] =>
      typeof tag[1] === 'string' && tag[0].length <= longestText && tag[1].length <= longestText,
  );
  return Object.fromEntries(tags.slice(0, mostTags));
}

function environment(value: unknown): ServerSettings['environment'] {
  return value === 'development' || value === 'test' || value === 'production' ? value : undefined;
}

function writtenSilenced(section: WorkspaceConfiguration): readonly unknown[] {
  const value = section.get<unknown>(settingIds.serverSilenced);
  return Array.isArray(value) ? value : [];
}

function silencedOf(section: WorkspaceConfiguration): string[] {
  return writtenSilenced(section)
    .filter((each) => typeof each === 'string')
    .slice(-mostSilenced);
}
