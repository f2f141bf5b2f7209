import { sentence, type Sentence } from '../core/sentence.ts';
import type { TailStatus } from '../sources/tail/tailSink.ts';

/** Why a followed log cannot be read now, with what happens next and what the user can do. */
export function waitingSentence({
  reason,
  path,
  detail,
}: Extract<TailStatus, { kind: 'waiting' }>): Sentence {
  switch (reason) {
    case 'missing':
      return sentence(
        '{0} is not there: it will be followed as soon as the server writes it, or choose another log.',
        path,
      );
    case 'denied':
      return sentence(
        '{0} may not be read: give your user permission to read it, or choose another log.',
        path,
      );
    case 'directory':
      return sentence('{0} is a directory where a log file was: choose the log again.', path);
    case 'failed':
      return sentence(
        '{0} cannot be read ({1}): it is tried again, or choose another log.',
        path,
        detail ?? 'error',
      );
  }
}

/** What a followed file holds is no log of a server. */
export function foreignSentence(path: string): Sentence {
  return sentence(
    'No line of {0} is one of a PostgreSQL log: choose another log, or set its log_line_prefix.',
    path,
  );
}
