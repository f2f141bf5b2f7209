import { longestPrefix } from './prefixMatcher.ts';

/** How a record of a csv log begins, and one of a json log; in a sample, one of its lines. */
export const csvStart =
  /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [^,\s]{1,12},(?:"(?:[^"]|"")*")?,(?:"(?:[^"]|"")*")?,\d{0,10},/m;
export const jsonStart = /^\{"timestamp":"[^"]{20,40}",.*"error_severity":"/m;

/** Severity, SQLSTATE and the beginning of the message, as no line of stderr has them before its label. */
const csvSeverity = /,[^,"]+,[0-9A-Z]{5},"/;

/**
 * Is this line of a stderr log a record of another format? While log_destination is changed it gets those of processes that
 * have not noticed (syslogger.c, write_syslogger_file). What stands in them anybody may have said.
 */
export function isRecord(line: string): boolean {
  const start = line.slice(0, 2 * longestPrefix);
  return jsonStart.test(start) || (csvStart.test(start) && csvSeverity.test(start));
}
