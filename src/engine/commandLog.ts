import type { DiscoveredLog } from '../core/log/logPlace.ts';
import { SentenceError } from '../core/sentence.ts';
import type { EngineSettings } from '../protocol/logQuestions.ts';

/** The output of a command that the settings name, as a log. Throws a SentenceError where they do not. */
export function commandLog(name: string, { commandSources = [] }: EngineSettings): DiscoveredLog {
  const source = commandSources.find((each) => each.name === name);
  if (!source)
    throw new SentenceError(
      'There is no command source “{0}” in your settings, or this workspace is not trusted: run “Connections: Add Command Source…”.',
      name,
    );
  return {
    id: `command ${name}`,
    kind: 'command',
    origin: { kind: 'command', ...source },
    path: name,
    running: true,
    settings: {},
    connectionLogging: 'unknown',
  };
}
