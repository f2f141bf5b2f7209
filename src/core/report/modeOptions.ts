import type { Mode, Switch, Valued, Words } from './words.ts';
import { UsageError } from './usage.ts';

const optionsOnly = new Set(['watch', 'history', 'failures', 'incident', 'help', 'version']);

/** Throws a UsageError for a first word that is an option without its dashes. */
export function refuseBareOption(word: string | undefined): void {
  if (word !== undefined && optionsOnly.has(word))
    throw new UsageError('“{0}” is an option: write --{0}, or ./{0} for a file.', word);
}

/** Throws a UsageError for an option that says nothing to what is shown. */
export function requireItsMode(
  { switches, values }: Pick<Words, 'switches' | 'values'>,
  mode: Mode | undefined,
  json: boolean,
): void {
  for (const option of ['window', 'bucket'] as const) requireHistory(option, values, mode, json);
  requireMode('metrics', values.has('metrics'), mode, 'watch');
  requireMode('until', values.has('until'), mode, 'incident');
  requireMode('mask', switches.has('mask'), mode, 'incident');
}

function requireMode(option: Switch | Valued, isGiven: boolean, mode: Mode | undefined, its: Mode): void {
  if (!isGiven || mode === its) return;
  throw new UsageError('--{0} belongs to --{1}: add that, or leave --{0} away.', option, its);
}

/** The history is part of every document in JSON, except where each line is one event. */
function requireHistory(
  option: 'window' | 'bucket',
  values: Words['values'],
  mode: Mode | undefined,
  json: boolean,
): void {
  if (!values.has(option) || mode === 'history' || (json && mode !== 'watch')) return;
  if (mode === 'incident' && option === 'window') return;
  throw new UsageError('--{0} is about the history: add --history, or leave it away.', option);
}
