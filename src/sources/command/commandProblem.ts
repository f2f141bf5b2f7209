import type { CommandSource } from '../../core/log/logPlace.ts';
import { createShownTime } from '../../core/report/shownTime.ts';
import { sentence, type Sentence } from '../../core/sentence.ts';
import type { RunEnd } from './commandRun.ts';

/** What a shell answers for a command that it does not find, or may not run (POSIX, 2.8.2). */
const notFound = 127;
const notExecutable = 126;

/** Why a command ended, and what happens next; never the command itself, which may hold a password. */
export function endSentence({ name, command }: CommandSource, end: RunEnd, waitMs: number): Sentence {
  const { code, signal, error, errorLine } = end;
  const seconds = Math.round(waitMs / 100) / 10;
  const program = typeof command === 'string' ? errorLine : (command[0] ?? '');
  if (error?.code === 'ENOENT' || code === notFound)
    return sentence(
      'The command of “{0}” was not found ({1}): install it, or correct the command in your settings.',
      name,
      program,
    );
  if (error?.code === 'EACCES' || code === notExecutable)
    return sentence('The command of “{0}” may not be run ({1}): correct it in your settings.', name, program);
  if (error)
    return sentence(
      'The command of “{0}” cannot be started ({1}): correct it in your settings.',
      name,
      error.message,
    );
  if (signal !== undefined)
    return sentence('“{0}” was ended by {1}: it is started again in {2} s.', name, signal, seconds);
  if (code === 0)
    return sentence(
      '“{0}” ended: it is started again in {1} s; let its command follow the log, as docker logs -f does.',
      name,
      seconds,
    );
  return errorLine === ''
    ? sentence('“{0}” ended with code {1}: it is started again in {2} s.', name, code ?? '?', seconds)
    : sentence(
        '“{0}” ended with code {1} ({2}): it is started again in {3} s.',
        name,
        code ?? '?',
        errorLine,
        seconds,
      );
}

/** What came in between two runs may be missing. */
export function gapSentence(
  { name }: CommandSource,
  end: RunEnd,
  endedAt: number,
  againAt: number,
): Sentence {
  const time = createShownTime(undefined);
  return sentence(
    '“{0}” ended at {1} ({2}) and was started again at {3}: what was logged in between may be missing.',
    name,
    time.full(endedAt),
    causeOf(end),
    time.full(againAt),
  );
}

function causeOf({ code, signal, error, errorLine }: RunEnd): string {
  const what = signal ?? error?.code ?? `code ${code ?? '?'}`;
  return errorLine === '' ? what : `${what}: ${errorLine}`;
}
