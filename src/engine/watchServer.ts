import { setTimeout as delay } from 'node:timers/promises';
import { fullServerDocument, fullServerOf, fullServerText } from '../core/report/fullServer.ts';
import { jsonText } from '../core/report/jsonText.ts';
import { serverDocument } from '../core/report/serverJson.ts';
import { isCritical, type ServerReport, serverReportOf } from '../core/report/serverReport.ts';
import { serverText } from '../core/report/serverText.ts';
import type { TextStyle } from '../core/report/summaryText.ts';
import { renderSentence, type Sentence } from '../core/sentence.ts';
import { ActivityHistory } from '../core/server/activityHistory.ts';
import type { ActivitySample } from '../core/server/activity.ts';
import type { ServerThresholds } from '../core/server/finding.ts';
import type { ServerRefusal } from '../core/server/refusal.ts';
import { type LiveServer, ServerProblem } from '../sources/server/liveServer.ts';

/** How a server is told, and where the text goes. */
export interface ServerTelling {
  readonly json: boolean;
  /** Again and again until the signal aborts. */
  readonly watch: boolean;
  readonly intervalMs: number;
  readonly thresholds: ServerThresholds;
  readonly signal: AbortSignal;
  readonly colour: boolean;
  /** The output is a terminal: each telling replaces the one before. */
  readonly redraw: boolean;
  readonly print: (text: string) => void;
  readonly warn: (warnings: readonly Sentence[]) => void;
}

const exitDone = 0;
const exitCritical = 3;
/** Home, and clear to the end (ECMA-48 CUP, ED). */
const clearScreen = '\u001b[H\u001b[2J';

/**
 * Tells a server once, or again and again; answers the exit code: 3 while a critical finding stands, else 0. A server that
 * refuses us because it is full is critical, and told from its last answer, or by what it said. Any other problem at the start
 * rejects; later, while watching, it is a warning, and asked again. The server is closed at the end.
 */
export async function watchServer(server: LiveServer, telling: ServerTelling): Promise<number> {
  const watched = new WatchedServer(server, telling);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= server.close());
  // who has had enough need not wait for a server that does not answer
  telling.signal.addEventListener('abort', () => void close(), { once: true });
  try {
    let code = await watched.tell();
    while (telling.watch && (await pause(telling))) code = await watched.tell();
    return code;
  } finally {
    await close();
  }
}

/** False when the signal came first. */
async function pause({ intervalMs, signal }: ServerTelling): Promise<boolean> {
  await delay(intervalMs, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}

class WatchedServer {
  readonly #server: LiveServer;
  readonly #telling: ServerTelling;
  readonly #history: ActivityHistory;
  #last: ActivitySample | undefined;
  #hasTold = false;
  /** The exit code of the newest telling. */
  #code = exitDone;
  /** What was warned of last, so that it is said once. */
  #warned = '';

  constructor(server: LiveServer, telling: ServerTelling) {
    this.#server = server;
    this.#telling = telling;
    this.#history = new ActivityHistory({ idlePerClient: telling.thresholds.idlePerClient });
  }

  /** Asks once and prints; answers the exit code. */
  async tell(): Promise<number> {
    try {
      const sample = await this.#server.poll();
      this.#last = sample;
      this.#history.add(sample);
      this.#show(serverReportOf(sample, this.#telling.thresholds, this.#history));
    } catch (error) {
      this.#showProblem(error);
    }
    return this.#code;
  }

  #showProblem(error: unknown): void {
    // what we stopped ourselves is no problem of the server
    if (this.#telling.signal.aborted) return;
    if (!(error instanceof ServerProblem)) throw error;
    const { refusal } = error;
    if (refusal) this.#showRefusal(refusal);
    else if (this.#telling.watch && this.#hasTold) this.#warn([error.sentence]);
    else throw error;
  }

  /** From its last answer; without one, what the refusal itself tells. */
  #showRefusal(refusal: ServerRefusal): void {
    const { thresholds } = this.#telling;
    if (this.#last) {
      const report = serverReportOf(this.#last, thresholds, this.#history, { isFull: true });
      this.#show({ ...report, refusal });
      return;
    }
    const full = fullServerOf(refusal, Date.now(), thresholds);
    this.#print(
      full,
      () => fullServerDocument(full),
      (style) => fullServerText(full, style),
    );
  }

  #show(report: ServerReport): void {
    this.#print(
      report,
      () => serverDocument(report),
      (style) => serverText(report, style),
    );
  }

  #print(
    told: Pick<ServerReport, 'findings' | 'warnings'>,
    documentOf: () => object,
    textOf: (style: TextStyle) => string,
  ): void {
    const { json, colour, watch, redraw, print } = this.#telling;
    this.#code = isCritical(told) ? exitCritical : exitDone;
    if (json) print(jsonText(documentOf(), watch ? 0 : 2));
    else if (!watch) print(textOf({ colour }));
    else print(redraw ? clearScreen + textOf({ colour }) : `${textOf({ colour })}\n`);
    this.#hasTold = true;
    this.#warn(told.warnings);
  }

  #warn(warnings: readonly Sentence[]): void {
    const words = warnings.map(renderSentence).join('\n');
    if (words !== this.#warned && words !== '') this.#telling.warn(warnings);
    this.#warned = words;
  }
}
