import type { ServerProblemKind } from '../sources/server/liveServer.ts';
import type { ServerAttention, ServerSettings } from '../protocol/serverQuestions.ts';

/** A poll may take this share of a server's time, no more. */
const largestShare = 0.1;
const longestMs = 60_000;
/** Every attempt that is refused is a line in the server's log. */
const refusedMs = 30_000;
const longestRefusedMs = 300_000;

/** Between polls as the user wants it; undefined = nobody needs any. */
export function wantedMs(
  attention: ServerAttention,
  { seenMs, alertsMs }: Pick<ServerSettings, 'seenMs' | 'alertsMs'>,
): number | undefined {
  if (attention === 'none') return undefined;
  return attention === 'seen' ? seenMs : alertsMs;
}

/** Between polls where the last one took so long: a server that struggles is left in peace, for at most a minute. */
export function affordableMs(wanted: number, tookMs: number): number {
  return Math.max(wanted, Math.min(longestMs, Math.round(tookMs / largestShare)));
}

/**
 * Until the next attempt, after so many failed in a row (1 = the first). A full server is asked on as before, for that
 * is the measurement; one that is away, ever more seldom. Undefined = never by itself: a wrong password stays wrong.
 */
export function retryMs(kind: ServerProblemKind, failures: number, wanted: number): number | undefined {
  const doubled = 2 ** Math.min(20, Math.max(0, failures - 1));
  switch (kind) {
    case 'full':
      return wanted;
    case 'unreachable':
    case 'noServer':
      return Math.max(wanted, Math.min(longestMs, wanted * doubled));
    case 'refused':
    case 'tls':
      return Math.max(wanted, Math.min(longestRefusedMs, refusedMs * doubled));
    case 'password':
      return undefined;
  }
}
