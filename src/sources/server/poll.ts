import type { ActivitySample, ServerFacts } from '../../core/server/activity.ts';
import { activityQuery, beginPoll, endPoll, factsQuery, holdersQuery } from './activityQueries.ts';
import { backendOf, factsOf, preparedTransactionsOf, replicationSlotsOf } from './activityRows.ts';
import type { ActivityRow, FactsRow, HolderRow } from './activityRows.ts';
import type { ServerConnection } from './serverConnection.ts';
import { codeOf } from './serverProblem.ts';
import { readTviewFigures } from './tviewFigures.ts';
import type { TviewPlace } from './tviewFigures.ts';

const factsMs = 60_000;
/** A query's text is in the encoding of its own database, which may not fit ours: so long none is asked for. */
const badText = new Set(['22021', '22P05']);
const withoutTextsMs = 60_000;

interface KnownFacts {
  readonly facts: ServerFacts;
  readonly tviews: TviewPlace;
  readonly askedAt: number;
  /** When the server had read its configuration by then. */
  readonly configuredAt: string | undefined;
}

/** The polls over one connection; it knows what need not be asked again each time. */
export class Polling {
  readonly #connection: ServerConnection;
  readonly #withoutTextsMs: number;
  #known: KnownFacts | undefined;
  #textsFromAt = -Infinity;

  constructor(connection: ServerConnection, withoutMs = withoutTextsMs) {
    this.#connection = connection;
    this.#withoutTextsMs = withoutMs;
  }

  /** One poll: four statements in one round trip, once a minute and after a reload five. Rejects with the server's or Node's error. */
  async poll(): Promise<ActivitySample> {
    const startedAt = performance.now();
    const withTexts = startedAt >= this.#textsFromAt;
    const answer = await this.#ask(withTexts).catch((error: unknown) => {
      if (!withTexts || !badText.has(codeOf(error))) throw error;
      this.#textsFromAt = startedAt + this.#withoutTextsMs;
      return this.#ask(false);
    });
    const { facts, tviews: place } = answer.known;
    const tviews = await readTviewFigures(this.#connection, place);
    const clock = clockOf(answer.holders);
    return {
      facts,
      serverAt: clock?.at ?? 0,
      takenAt: Date.now(),
      tookMs: performance.now() - startedAt,
      backends: answer.activity.filter(({ pid }) => pid !== facts.ownPid).map(backendOf),
      preparedTransactions: preparedTransactionsOf(answer.holders),
      replicationSlots: replicationSlotsOf(answer.holders),
      tviews,
    };
  }

  async #ask(
    withTexts: boolean,
  ): Promise<{ known: KnownFacts; activity: ActivityRow[]; holders: HolderRow[] }> {
    const known = this.#known;
    const { majorVersion, destination, isPooled } = this.#connection;
    // behind a pooler which session is ours is another question each time
    const isFresh = !isPooled && known !== undefined && performance.now() - known.askedAt < factsMs;
    const questions = [activityQuery(majorVersion, withTexts), holdersQuery];
    if (!isFresh) questions.push(factsQuery);
    const answers = await this.#transaction(questions);
    const [activity, holders, [row] = []] = answers as [ActivityRow[], HolderRow[], FactsRow[]?];
    const configuredAt = clockOf(holders)?.name ?? undefined;
    if (isFresh || row === undefined) {
      if (known === undefined) throw new Error('the server told nothing about itself');
      if (configuredAt === known.configuredAt) return { known, activity, holders };
      this.#known = undefined;
      return this.#ask(withTexts);
    }
    const facts = factsOf(row, majorVersion, destination);
    this.#known = { facts, tviews: row, askedAt: performance.now(), configuredAt };
    return { known: this.#known, activity, holders };
  }

  /** A failing statement leaves the transaction open, and nothing of it. */
  async #transaction(questions: readonly string[]): Promise<unknown[][]> {
    try {
      const answers = await this.#connection.batch([beginPoll, ...questions, endPoll]);
      return answers.slice(1, -1);
    } catch (error) {
      if (!this.#connection.isLost) await this.#connection.batch(['ROLLBACK']).catch(() => undefined);
      throw error;
    }
  }
}

function clockOf(holders: readonly HolderRow[]): HolderRow | undefined {
  return holders.find(({ what }) => what === 'clock');
}
