import { env, l10n, type QuickPickItem, window } from 'vscode';
import type { DashboardScope } from '../core/snapshot/dashboard.ts';
import type { EngineClient } from '../engine/client.ts';
import type { FollowedLog } from './followedLog.ts';
import { localPath } from './localPath.ts';
import { readServerSettings } from './serverSettings.ts';
import { inertText } from './words.ts';

/** *Export Events…*: to the given file, or one that is asked for; `.json` is JSON lines, all else CSV. */
export async function exportEvents(followed: FollowedLog, path: unknown): Promise<void> {
  const filters = { CSV: ['csv'], JSON: ['json'] };
  const chosen = await whereTo(path, l10n.t('Export connection events'), filters);
  if (chosen === undefined) return;
  const format = /\.json$/iu.test(chosen) ? 'json' : 'csv';
  const { rows } = await followed.ask('exportEvents', { format, path: chosen });
  window.setStatusBarMessage(l10n.t('Events written to {0}: {1}', inertText(chosen), rows), 5000);
}

type ConfigFormat = 'panels' | 'grafana' | 'prometheus';

/** *Export Dashboard Config…*; a key binding may name the format and the file. */
export async function exportDashboardConfig(engine: EngineClient, argument: unknown): Promise<void> {
  const given =
    typeof argument === 'object' && argument !== null ? (argument as Record<string, unknown>) : {};
  const picked = formatNamed(given['format']) ?? (await pickFormat());
  if (!picked) return;
  const filters: Record<string, string[]> =
    picked === 'prometheus' ? { YAML: ['yml', 'yaml'] } : { JSON: ['json'] };
  const path = await whereTo(given['path'], l10n.t('Export dashboard configuration'), filters);
  if (path === undefined) return;
  const { thresholds } = readServerSettings();
  await engine.ask('exportConfig', { format: picked, path, thresholds });
  window.setStatusBarMessage(l10n.t('Written to {0}', inertText(path)), 5000);
}

function formatNamed(name: unknown): ConfigFormat | undefined {
  return (['panels', 'grafana', 'prometheus'] as const).find((known) => known === name);
}

async function pickFormat(): Promise<ConfigFormat | undefined> {
  const items: (QuickPickItem & { format: ConfigFormat })[] = [
    {
      label: l10n.t('Grafana dashboard'),
      detail: l10n.t('For postgres_exporter, pgbouncer_exporter and /metrics of this extension'),
      format: 'grafana',
    },
    {
      label: l10n.t('Prometheus alert rules'),
      detail: l10n.t('With the thresholds of your settings'),
      format: 'prometheus',
    },
    {
      label: l10n.t('Panels of a connection pool'),
      detail: l10n.t('Titles and metrics as JSON, for a dashboard of your own'),
      format: 'panels',
    },
  ];
  return (await window.showQuickPick(items, { title: l10n.t('Export a configuration for …') }))?.format;
}

/** *Copy Incident Note…*: of a window that is picked, masked or not. A key binding may name both. */
export async function copyIncidentNote(followed: FollowedLog, argument: unknown): Promise<void> {
  const given =
    typeof argument === 'object' && argument !== null ? (argument as Record<string, unknown>) : {};
  const scope = scopeNamed(given['scope']) ?? (await pickScope());
  if (scope === undefined) return;
  const masked = typeof given['masked'] === 'boolean' ? given['masked'] : await pickMasked();
  if (masked === undefined) return;
  const { text } = await followed.ask('incidentNote', { scope, masked });
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(l10n.t('The incident note is in the clipboard.'), 3000);
}

function scopeNamed(name: unknown): DashboardScope | undefined {
  return (['hour', 'day', 'restart', 'all'] as const).find((known) => known === name);
}

async function pickScope(): Promise<DashboardScope | undefined> {
  const items: (QuickPickItem & { scope: DashboardScope })[] = [
    { label: l10n.t('The window of the history'), scope: 'hour' },
    { label: l10n.t('The last 24 hours'), scope: 'day' },
    { label: l10n.t('Since the server was started'), scope: 'restart' },
    { label: l10n.t('The whole log'), scope: 'all' },
  ];
  return (await window.showQuickPick(items, { title: l10n.t('Incident note of …') }))?.scope;
}

async function pickMasked(): Promise<boolean | undefined> {
  const items = [
    { label: l10n.t('With names, hosts and messages'), masked: false },
    { label: l10n.t('Names and hosts masked, messages left out'), masked: true },
  ];
  return (await window.showQuickPick(items, { title: l10n.t('What may be in the note') }))?.masked;
}

/** The given path, else one that the user chooses; undefined = none. */
async function whereTo(
  given: unknown,
  title: string,
  filters: Record<string, string[]>,
): Promise<string | undefined> {
  if (typeof given === 'string') return given;
  const uri = await window.showSaveDialog({ title, saveLabel: l10n.t('Export'), filters });
  return uri && localPath(uri);
}
