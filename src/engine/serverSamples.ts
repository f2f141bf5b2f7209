import { ActivityHistory } from '../core/server/activityHistory.ts';
import type { ActivitySample } from '../core/server/activity.ts';
import { fullFinding } from '../core/server/capacityFindings.ts';
import type { Finding } from '../core/server/finding.ts';
import { findingsOf } from '../core/server/findings.ts';
import { overviewOf, overviewWhenFull } from '../core/server/overview.ts';
import { queryTagsOf, type QueryTags } from '../core/server/queryTags.ts';
import type {
  ConnectionCost,
  Overview,
  ServerSnapshot,
  ServerStatus,
} from '../core/server/serverSnapshot.ts';
import { serverSnapshotOf } from '../core/server/serverSnapshotOf.ts';
import { serverReportOf, type ServerReport } from '../core/report/serverReport.ts';
import { SentenceError } from '../core/sentence.ts';
import type { ServerSettings } from '../protocol/serverQuestions.ts';
import { SampleRing } from './sampleRing.ts';
import { StandingFindings } from './standingFindings.ts';

/** What was seen longer ago says nothing of what a session does now. */
const staleMs = 60_000;

/** What the answers of one server show and have shown, judged by the settings. */
export class ServerSamples {
  readonly #ring = new SampleRing();
  readonly #history = new ActivityHistory();
  readonly findings = new StandingFindings(this.#ring);
  readonly #cost: () => readonly ConnectionCost[];
  #settings: ServerSettings;
  #tags: QueryTags;

  /** `cost`: what its log tells of its applications' way of connecting. */
  constructor(settings: ServerSettings, cost: () => readonly ConnectionCost[]) {
    this.#settings = settings;
    this.#tags = queryTagsOf(settings.queryTags);
    this.#cost = cost;
  }

  configure(settings: ServerSettings): void {
    this.#settings = settings;
    this.#tags = queryTagsOf(settings.queryTags);
  }

  add(sample: ActivitySample): void {
    this.#history.add(sample);
    this.#ring.add(sample);
  }

  /**
   * Finds what there is to find now; `isFull`: it refuses us, and the newest sample is of before. `isAnswer`: the server has
   * just given that sample.
   */
  judge(isFull: boolean, isAnswer = !isFull): void {
    this.findings.take(this.#found(isFull), this.#settings.silenced, isAnswer);
  }

  /** The newest one, if the server has answered yet. */
  get newest(): ActivitySample | undefined {
    return this.#ring.newest?.sample;
  }

  /** The newest one, if that was a moment ago. */
  get recent(): ActivitySample | undefined {
    const { newest } = this;
    return newest && newest.takenAt >= Date.now() - staleMs ? newest : undefined;
  }

  /** Of a sample. */
  overviewOf(sample: ActivitySample, isFull: boolean): Overview {
    const overview = overviewOf(sample, this.#settings.thresholds);
    return isFull ? overviewWhenFull(overview) : overview;
  }

  /** Of the newest sample, or of one that is still kept; undefined = there is none. */
  snapshot(status: ServerStatus, sampleId?: number): ServerSnapshot | undefined {
    const newest = this.#ring.newest;
    const isNewest = sampleId === undefined || sampleId === newest?.id;
    const sample = isNewest ? newest?.sample : this.#ring.get(sampleId);
    if (!sample) return undefined;
    const { thresholds, silenced } = this.#settings;
    return serverSnapshotOf({
      status,
      sample,
      sampleId: isNewest ? (newest?.id ?? 0) : sampleId,
      findings: isNewest ? this.findings.dated : findingsOf(sample, undefined, thresholds),
      history: this.#history,
      thresholds,
      silenced,
      tags: this.#tags,
      cost: this.#cost(),
      samples: this.#ring.marks(),
      stale: isNewest && status.state !== 'connected',
    });
  }

  /** The report of the newest sample. Throws a SentenceError while there is none. */
  report(isFull: boolean): ServerReport {
    const { newest } = this;
    if (!newest)
      throw new SentenceError('The server has not answered yet: connect to it, and take the report then.');
    const elsewhere = { cost: this.#cost(), isFull };
    return serverReportOf(newest, this.#settings.thresholds, this.#history, elsewhere);
  }

  #found(isFull: boolean): Finding[] {
    const { thresholds } = this.#settings;
    if (this.newest)
      return findingsOf(this.newest, this.#history, thresholds, { cost: this.#cost(), isFull });
    return isFull ? [fullFinding(thresholds)] : [];
  }
}
