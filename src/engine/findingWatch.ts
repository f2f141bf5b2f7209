import type { Finding, FindingChange } from '../core/server/finding.ts';
import { findingIdentity } from '../core/server/findings.ts';

/** One that flickers is one: it is over when so many polls in a row lack it. */
const absentPolls = 2;

interface Standing {
  readonly finding: Finding;
  readonly sinceAt: number;
  readonly evidenceId: number | undefined;
  readonly absent: number;
}

/** Tells findings that began, became critical or ended, each once, from poll to poll. As many stand as a poll finds. */
export class FindingWatch {
  #standing = new Map<string, Standing>();

  /** Notes what a poll found; `sampleId` is what shows it. */
  note(findings: readonly Finding[], at: number, sampleId: number | undefined): FindingChange[] {
    const changes: FindingChange[] = [];
    const standing = new Map<string, Standing>();
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
      if (absent + 1 < absentPolls) standing.set(identity, { ...before, absent: absent + 1 });
      else changes.push({ change: 'ended', at, finding: { ...finding, sinceAt, evidenceId } });
    }
    this.#standing = standing;
    return changes;
  }

  /** The same findings, with since when they stand and what shows it. */
  dated(findings: readonly Finding[]): Finding[] {
    return findings.map((finding) => {
      const { sinceAt, evidenceId } = this.#standing.get(findingIdentity(finding)) ?? {};
      return { ...finding, sinceAt, evidenceId };
    });
  }
}
