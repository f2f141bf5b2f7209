import { closeSync, fstatSync, readSync } from 'node:fs';
import { checkPattern, type PatternTrial } from '../core/pool/ownPattern.ts';
import { SentenceError } from '../core/sentence.ts';
import { BoundedPattern } from '../sources/pool/boundedPattern.ts';
import { problemOf } from '../sources/tail/fileProblem.ts';
import { openRegular } from '../sources/tail/openRegular.ts';

/** So much of the file's end is tried, and so many lines of it. */
const tailBytes = 256 * 1024;
const mostLines = 2000;

/**
 * What a pattern finds in the newest lines of a file: asked as it is typed. Throws a SentenceError when the pattern is
 * none, takes too long, or the file cannot be read.
 */
export function tryPattern(path: string, text: string): PatternTrial {
  const pattern = checkPattern(text);
  const lines = newestLines(path);
  const found = new BoundedPattern(pattern).match(lines).filter((each) => each !== undefined);
  return { lines: lines.length, matched: found.length, newest: found.at(-1) };
}

function newestLines(path: string): string[] {
  let descriptor: number | undefined;
  try {
    const detail = problemOf(path)?.detail;
    if (detail !== undefined) throw new Error(detail);
    descriptor = openRegular(path);
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.min(tailBytes, size));
    const from = size - bytes.length;
    const count = readSync(descriptor, bytes, 0, bytes.length, from);
    const lines = bytes.toString('utf8', 0, count).split(/\r?\n/);
    // the first may be the rest of one, the last is empty or only half written
    return lines.slice(from > 0 ? 1 : 0, -1).slice(-mostLines);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SentenceError('{0} cannot be read ({1}): choose a log file.', path, why);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
