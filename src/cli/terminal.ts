import { warningLines } from '../core/report/shownText.ts';
import type { Sentence } from '../core/sentence.ts';

/** Prints a text and its line end; answers the exit code of success. */
export function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

/** Says them on the standard error. */
export function warn(warnings: readonly Sentence[]): void {
  for (const line of warningLines({ warnings })) process.stderr.write(`${line}\n`);
}

/** Does who reads this see colours? (https://no-color.org) */
export function colour(): boolean {
  return process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
}

/** Aborts when the user has had enough, or nobody can read any more what is printed. */
export function ended(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  process.once('SIGTERM', () => controller.abort());
  process.stdout.once('error', () => controller.abort());
  return controller.signal;
}
