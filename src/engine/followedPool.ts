import type { PoolFinding } from '../core/pool/poolFinding.ts';
import type {
  DatedPoolFinding,
  PoolFindingChange,
  PoolSnapshot,
  PoolStatus,
  PoolTarget,
  ServerCount,
} from '../core/pool/poolSnapshot.ts';
import { FindingWatch } from './findingWatch.ts';
import type { PoolReader, PoolReaderHost } from './poolReader.ts';

/** Changes that nobody has asked for yet: the newest of these. */
const mostChanges = 200;
/** Findings of one source that stand at once. */
const mostFindings = 200;
/** How often it is looked whether what was found is over by now, while something stands. */
const ageEveryMs = 5000;

/** One source of pools that is followed: what its reader knows, and what there is to find in that. */
export class FollowedPool {
  readonly poolId: string;
  readonly target: PoolTarget;
  readonly reader: PoolReader;
  readonly #changed: () => void;
  readonly #watch = new FindingWatch<DatedPoolFinding>();
  #findings: readonly PoolFinding[] = [];
  #changes: PoolFindingChange[] = [];
  #aging: NodeJS.Timeout | undefined;
  #closed = false;
  // wall-clock µs: ahead of every one before it, in whichever engine
  #version = Date.now() * 1000;

  constructor(
    poolId: string,
    target: PoolTarget,
    read: (host: PoolReaderHost) => PoolReader,
    changed: () => void,
  ) {
    this.poolId = poolId;
    this.target = target;
    this.#changed = changed;
    this.reader = read({ changed: () => this.#judge(), failed: () => this.#tell() });
  }

  get status(): PoolStatus {
    const { reader } = this;
    const count = (severity: PoolFinding['severity']): number =>
      this.#findings.filter((finding) => finding.severity === severity).length;
    return {
      poolId: this.poolId,
      target: this.target,
      label: reader.label,
      origin: reader.origin,
      state: this.#closed ? 'removed' : reader.state,
      needsPassword: reader.needsPassword,
      sentence: reader.sentence,
      warnings: count('warning'),
      critical: count('critical'),
      toldAt: reader.toldAt,
      path: reader.path,
      version: this.#version,
    };
  }

  /** What has changed since this was asked last, oldest first. */
  takeChanges(): PoolFindingChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  snapshot(onServer: readonly ServerCount[]): PoolSnapshot {
    return {
      status: this.status,
      ...this.reader.parts(),
      findings: this.#watch.dated(this.#findings),
      onServer,
    };
  }

  /** Ends everything; resolves when nothing is left. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#aging);
    this.#version += 1;
    await this.reader.close();
  }

  #judge(): void {
    if (this.#closed) return;
    const at = Date.now();
    this.#findings = this.reader
      .findings(at)
      .toSorted((one, other) => one.severity.localeCompare(other.severity))
      .slice(0, mostFindings);
    this.#changes = [...this.#changes, ...this.#watch.note(this.#findings, at)].slice(-mostChanges);
    this.#tell();
    clearTimeout(this.#aging);
    if (this.reader.ages && this.#watch.isStanding) this.#aging = setTimeout(() => this.#judge(), ageEveryMs);
  }

  #tell(): void {
    if (this.#closed) return;
    this.#version += 1;
    this.#changed();
  }
}
