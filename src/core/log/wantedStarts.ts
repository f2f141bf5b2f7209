import { isAscii } from '../isAscii.ts';
import { errorMessageStarts, logMessageStarts, type MessageStart } from '../connection/messageStarts.ts';

/** How the messages begin that count, by their severity: of LOG and ERROR these, of FATAL and PANIC all. */
export interface WantedStarts {
  readonly log: readonly StartsAlike[];
  readonly error: readonly StartsAlike[];
}

/** Beginnings of messages of which the rest is the same. */
export interface StartsAlike extends Omit<MessageStart, 'start'> {
  readonly starts: readonly string[];
}

/** In every language. esbuildTables.mjs makes a file of what this answers, which is read when a log is not in ASCII. */
export function wantedStarts(): WantedStarts {
  return { log: alike(logMessageStarts()), error: alike(errorMessageStarts()) };
}

/** Those of them that are in ASCII: others stand in no log that is. */
export function startsInAscii(): WantedStarts {
  const inAscii = ({ start }: MessageStart): boolean => isAscii(start);
  return {
    log: alike(logMessageStarts().filter(inAscii)),
    error: alike(errorMessageStarts().filter(inAscii)),
  };
}

function alike(all: readonly MessageStart[]): StartsAlike[] {
  const groups = new Map<string, StartsAlike & { readonly starts: string[] }>();
  for (const { start, languages, standsAlone } of all) {
    const key = `${languages.join(' ')} ${standsAlone}`;
    const group = groups.get(key);
    if (group) group.starts.push(start);
    else groups.set(key, { languages, standsAlone, starts: [start] });
  }
  return [...groups.values()];
}
