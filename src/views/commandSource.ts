import { l10n, type QuickPickItem, QuickPickItemKind, window, workspace } from 'vscode';
import type { CommandLine, CommandSource } from '../core/log/logPlace.ts';
import { SentenceError } from '../core/sentence.ts';
import type { EngineClient } from '../engine/client.ts';
import type { FollowTarget } from '../protocol/logQuestions.ts';
import { keepCommandSource } from './settings.ts';
import { inertText } from './words.ts';

interface CommandItem extends QuickPickItem {
  /** Undefined = the user writes one. */
  readonly source?: CommandSource;
}

/** Lets the user pick what runs here, or write a command; keeps it in the user's settings, and follows its output. */
export async function addCommandSource(
  engine: Pick<EngineClient, 'ask'>,
  follow: (target: FollowTarget) => Promise<void>,
): Promise<void> {
  if (!workspace.isTrusted)
    throw new SentenceError('No command is run in Restricted Mode: trust this workspace first.');
  const item = await window.showQuickPick(itemsOf(engine), {
    title: l10n.t('Add a command whose output is a PostgreSQL log'),
    placeHolder: l10n.t('Container, pod or unit'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  const source = item && (item.source ?? (await written()));
  if (!source) return;
  await keepCommandSource(source);
  await follow({ commandName: source.name });
}

async function itemsOf(engine: Pick<EngineClient, 'ask'>): Promise<CommandItem[]> {
  const { found } = await engine.ask('findCommands', {});
  const running = found.map((source) => ({
    label: `$(server-process) ${inertText(source.name)}`,
    description: inertText(source.description),
    detail: inertText(commandText(source.command)),
    source,
  }));
  return [
    {
      label: l10n.t('$(edit) Write a command…'),
      detail: 'ssh host tail -F /var/log/postgresql/postgresql.log',
    },
    { label: l10n.t('Running here'), kind: QuickPickItemKind.Separator },
    ...running,
  ];
}

function commandText(command: CommandLine): string {
  return typeof command === 'string' ? command : command.join(' ');
}

async function written(): Promise<CommandSource | undefined> {
  const command = await window.showInputBox({
    title: l10n.t('Add a command whose output is a PostgreSQL log'),
    prompt: l10n.t('It is run by your shell, in your home folder, and started again when it ends.'),
    placeHolder: 'docker logs -f db',
    ignoreFocusOut: true,
  });
  if (command === undefined || command.trim() === '') return undefined;
  const name = await window.showInputBox({
    title: l10n.t('What is this log called?'),
    value: command.trim().split(/\s+/u).slice(-1)[0] ?? '',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? l10n.t('Give it a name.') : undefined),
  });
  return name === undefined ? undefined : { name: name.trim(), command: command.trim() };
}
