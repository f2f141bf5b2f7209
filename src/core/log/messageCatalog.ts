import { errorMessageStarts, logMessageStarts } from '../connection/messageStarts.ts';
import type { Severity } from './logEntry.ts';
import type { ScanAnchor } from './logFormat.ts';

/** Which messages of which severity are cut out of the log; every other byte never becomes a string. */
const wanted: readonly { severity: Severity; messages: readonly string[] }[] = [
  { severity: 'LOG', messages: logMessageStarts },
  { severity: 'FATAL', messages: [] },
  { severity: 'PANIC', messages: [] },
  { severity: 'ERROR', messages: errorMessageStarts },
];

/** Entries of a session's life stand alone; the others may be explained by DETAIL and HINT. */
const standsAlone = /^(?:replication )?(?:dis)?connection/;

/**
 * The anchors of one format: `place` says how it writes a severity, `escape` how it writes the text of a message.
 * (English; other languages are further rows of the same table.)
 */
export function scanAnchors(
  place: (severity: Severity) => Pick<ScanAnchor, 'before' | 'needle' | 'after'>,
  escape: (message: string) => string = (message) => message,
): ScanAnchor[] {
  return wanted.map(({ severity, messages }) => ({
    ...place(severity),
    messages: messages.map((start) => ({ start: escape(start), sections: !standsAlone.test(start) })),
  }));
}
