import { findingIdentity } from '../core/server/finding.ts';

/** What is told of from poll to poll: a finding of a server or of a pool. */
export interface Watchable {
  readonly kind: string;
  /** With `kind` its identity. */
  readonly subject: string;
  readonly severity: 'warning' | 'critical';
  readonly sinceAt?: number | undefined;
  readonly evidenceId?: number | undefined;
}

/** What became of one. */
export interface WatchedChange<F extends Watchable> {
  readonly change: 'began' | 'worse' | 'ended';
  readonly at: number;
  readonly finding: F;
}

/** One that flickers is one: it is over when so many polls in a row lack it. */
const absentPolls = 2;

interface Standing<F> {
  readonly finding: F;
  readonly sinceAt: number;
  readonly evidenceId: number | undefined;
  readonly absent: number;
}

/** Tells findings that began, became critical or ended, each once, from poll to poll. As many stand as polls in a row find. */
export class FindingWatch<F extends Watchable> {
  #standing = new Map<string, Standing<F>>();

  /**
   * Notes what a poll found; `sampleId` is what shows it. `isAnswer`: else only what is found is known, as of a server that
   * is full, and nothing is over for being absent.
   */
  note(findings: readonly F[], at: number, sampleId?: number, isAnswer = true): WatchedChange<F>[] {
    const changes: WatchedChange<F>[] = [];
    const standing = new Map<string, Standing<F>>();
    for (const finding of findings) {
      const identity = findingIdentity(finding);
      const before = this.#standing.get(identity);
      const { sinceAt = at, evidenceId = sampleId } = before ?? {};
      standing.set(identity, { finding, sinceAt, evidenceId, absent: 0 });
      if (!before) changes.push({ change: 'began', at, finding: { ...finding, sinceAt, evidenceId } });
      else if (before.finding.severity === 'warning' && finding.severity === 'critical')
        changes.push({ change: 'worse', at, finding: { ...finding, sinceAt, evidenceId } });
    }
    for (const [identity, before] of this.#standing) {
      if (standing.has(identity)) continue;
      const { finding, sinceAt, evidenceId, absent } = before;
      if (!isAnswer) standing.set(identity, before);
      else if (absent + 1 < absentPolls) standing.set(identity, { ...before, absent: absent + 1 });
      else changes.push({ change: 'ended', at, finding: { ...finding, sinceAt, evidenceId } });
    }
    this.#standing = standing;
    return changes;
  }

  /** Something stands, or has not been over for long enough. */
  get isStanding(): boolean {
    return this.#standing.size > 0;
  }

  /** The same findings, with since when they stand and what shows it. */
  dated(findings: readonly F[]): F[] {
    return findings.map((finding) => {
      const { sinceAt, evidenceId } = this.#standing.get(findingIdentity(finding)) ?? {};
      return { ...finding, sinceAt, evidenceId };
    });
  }
}
