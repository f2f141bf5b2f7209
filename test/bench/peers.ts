import { join } from 'node:path';

import type { Command } from './measure.ts';

/** The words that a log is searched for when one wants to know about connections. */
const words = 'connection authorized|disconnection|FATAL';

/** What a summary is measured by: a search that counts matching lines, reading as everybody reads. */
export function yardstick(file: string): Command {
  return ['rg', '--no-mmap', '-c', words, file];
}

export function lineCount(file: string): Command {
  return ['wc', '-l', file];
}

/** Another program that tells something of connections from a log of these bytes. */
export interface Peer {
  readonly name: string;
  readonly command: (file: string, prefix: string, directory: string) => Command;
}

/** They take seconds for what takes us parts of one, so they get a small log. */
export const slowPeers: readonly Peer[] = [
  {
    name: 'mawk',
    command: (file) => [
      'mawk',
      '/LOG:  connection authorized/ { a++ } /LOG:  disconnection/ { d++ } /FATAL:  / { f++ } END { print a, d, f }',
      file,
    ],
  },
  { name: 'lnav', command: (file) => ['lnav', '-n', '-c', `:filter-in ${words}`, file] },
  {
    name: 'pgbadger',
    command: (file, prefix, directory) => [
      ...(['pgbadger', '-q', '-f', 'stderr', '-p', prefix] as const),
      ...['-o', join(directory, 'pgbadger.html'), file],
    ],
  },
];
