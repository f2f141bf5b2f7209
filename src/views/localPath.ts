import type { Uri } from 'vscode';
import { SentenceError } from '../core/sentence.ts';

/** The path of what was picked in a dialog. Throws a SentenceError where it is not on the machine that reads it. */
export function localPath(uri: Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  throw new SentenceError('{0} is not a file on this machine: choose a place that is.', uri.toString());
}
