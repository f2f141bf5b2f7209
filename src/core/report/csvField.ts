import { showControlCharacters } from './controlCharacters.ts';

/**
 * A value as one field of CSV (RFC 4180); null is empty. Made for spreadsheets, and so safe in them: anybody who can reach
 * the server chooses an application_name, and a spreadsheet runs a cell that begins like a formula. Such text gets an
 * apostrophe in front (which spreadsheets take for *this is text*), and control characters are written out, so a record is
 * always one line.
 */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  // before the escapes: a leading TAB or CR, which some spreadsheets drop, must not hide the formula behind it
  const harmless = /^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]/u.test(value) ? `'${value}` : value;
  const text = showControlCharacters(harmless);
  return /[",]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
