import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { splitCsvRecord } from '../../src/core/log/csvLog.ts';
import { checkout } from '../env/checkout.ts';

/** One record of a recorded csv log: its columns, as the manual numbers them from 1. */
export type CsvColumns = readonly string[];

/** All records of a recorded csv log. */
export function csvRecords(fixture: string, file = 'server.csv'): CsvColumns[] {
  const text = readFileSync(join(checkout, 'test', 'fixtures', fixture, file), 'utf8');
  const records: CsvColumns[] = [];
  for (let at = 0; at < text.length;) {
    const end = recordEnd(text, at);
    records.push(['', ...splitCsvRecord(text.slice(at, end))]);
    at = end + 1;
  }
  return records;
}

function recordEnd(text: string, from: number): number {
  let inside = false;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '"') inside = !inside;
    else if (text[at] === '\n' && !inside) return at;
  }
  return text.length;
}

/** The records as the same server would have written them to stderr with that log_line_prefix (elog.c). */
export function reprinted(records: readonly CsvColumns[], prefix: string): string {
  const lines = new Map<string, number>();
  let text = '';
  for (const record of records) {
    const print = (label: string, body: string | undefined): void => {
      if (body === undefined || body === '') return;
      const session = record[6] ?? '';
      const line = (lines.get(session) ?? 0) + 1;
      lines.set(session, line);
      text += `${prefixOf(record, prefix, line)}${label}:  ${body.replaceAll('\n', '\n\t')}\n`;
    };
    print(record[12] ?? '', record[14]);
    print('DETAIL', record[15]);
    print('HINT', record[16]);
    print('CONTEXT', record[19]);
    print('STATEMENT', record[20]);
  }
  return text;
}

function prefixOf(record: CsvColumns, prefix: string, line: number): string {
  let text = '';
  for (const [token, padding = '', letter = ''] of prefix.matchAll(/%%|%(-?\d*)([^]?)|[^%]+/g)) {
    if (!token.startsWith('%')) text += token;
    else if (token === '%%') text += '%';
    else if (letter === 'q') {
      if (record[5] === '') break;
    } else {
      const value = valueOf(record, letter, line);
      if (value === undefined) continue;
      const width = Number(padding === '-' ? 0 : padding);
      const spaces = ' '.repeat(Math.max(0, Math.abs(width) - Buffer.byteLength(value)));
      text += width < 0 ? value + spaces : spaces + value;
    }
  }
  return text;
}

/** What stands for an escape; undefined = it prints nothing. */
function valueOf(record: CsvColumns, letter: string, line: number): string | undefined {
  const from = record[5] ?? '';
  const isClient = from !== '';
  const colon = from.lastIndexOf(':');
  const host = colon < 0 ? from : from.slice(0, colon);
  const name = (value: string | undefined): string => (isClient ? value || '[unknown]' : '');
  const values: Readonly<Record<string, () => string | undefined>> = {
    a: () => name(record[23]),
    u: () => name(record[2]),
    d: () => name(record[3]),
    r: () => (colon < 0 ? host : `${host}(${from.slice(colon + 1)})`),
    h: () => host,
    L: () => (!isClient ? '[none]' : host === '[local]' ? host : '127.0.0.1'),
    b: () => record[24] ?? '',
    p: () => record[4],
    P: () => record[25] ?? '',
    t: () => record[1]?.replace(/\.\d{3}/, ''),
    m: () => record[1],
    n: () => (Date.parse(`${(record[1] ?? '').slice(0, 23)}Z`) / 1000).toFixed(3),
    i: () => record[8],
    e: () => record[13],
    c: () => record[6],
    l: () => String(line),
    s: () => record[9],
    v: () => record[10],
    x: () => record[11],
    Q: () => record[26] ?? '0',
  };
  return values[letter]?.();
}
