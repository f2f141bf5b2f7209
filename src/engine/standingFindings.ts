import type { Finding, FindingChange } from '../core/server/finding.ts';
import { findingIdentity } from '../core/server/finding.ts';
import { FindingWatch } from './findingWatch.ts';
import type { SampleRing } from './sampleRing.ts';

/** Changes that nobody has asked for yet: the newest of these. */
const mostChanges = 200;

/** What is wrong with a server now, and what became of it since somebody asked last. */
export class StandingFindings {
  readonly #ring: Pick<SampleRing, 'newest' | 'markChanged' | 'keep'>;
  readonly #watch = new FindingWatch<Finding>();
  #findings: readonly Finding[] = [];
  #changes: FindingChange[] = [];

  /** `ring` has the sample that shows them as its newest one. */
  constructor(ring: Pick<SampleRing, 'newest' | 'markChanged' | 'keep'>) {
    this.#ring = ring;
  }

  /** These are found now; what began or ended is told once, but of the silenced (their identities). `isAnswer`: FindingWatch. */
  take(findings: readonly Finding[], silenced: readonly string[], isAnswer = true): void {
    this.#findings = findings;
    const sampleId = this.#ring.newest?.id;
    const changes = this.#watch.note(findings, Date.now(), sampleId, isAnswer);
    if (changes.length === 0) return;
    if (sampleId !== undefined) this.#ring.markChanged(sampleId);
    for (const { change, finding } of changes)
      if (change === 'began' && finding.evidenceId !== undefined) this.#ring.keep(finding.evidenceId);
    const told = changes.filter(({ finding }) => !silenced.includes(findingIdentity(finding)));
    this.#changes = [...this.#changes, ...told].slice(-mostChanges);
  }

  /** Those of now, with since when they stand and the sample that shows how they began. */
  get dated(): Finding[] {
    return this.#watch.dated(this.#findings);
  }

  /** How many there are, without the silenced. */
  counts(silenced: readonly string[]): { readonly warnings: number; readonly critical: number } {
    const known = this.#findings.filter((finding) => !silenced.includes(findingIdentity(finding)));
    const critical = known.filter(({ severity }) => severity === 'critical').length;
    return { warnings: known.length - critical, critical };
  }

  /** What has changed since this was asked last, oldest first. */
  takeChanges(): FindingChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }
}
