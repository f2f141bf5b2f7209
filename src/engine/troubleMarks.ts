import type { SeenTroubles } from './sourceCheckpoint.ts';

/** What the views did with the troubles of a source: which were looked at, and which groups were acknowledged. */
export class TroubleMarks {
  /** Keys of the groups. */
  readonly acknowledged = new Set<string>();
  #seenId: number | undefined;

  /** Failures up to this id have been looked at; as long as nothing is marked, all have. */
  get seenId(): number {
    return this.#seenId ?? Number.POSITIVE_INFINITY;
  }

  /** Failures up to this id have been looked at; false if that is known. */
  see(id: number): boolean {
    if (this.#seenId === id) return false;
    this.#seenId = id;
    return true;
  }

  /** Unless something is marked, failures up to this id count as looked at. */
  beginAt(id: number): void {
    this.#seenId ??= id;
  }

  /** Takes the place of what was marked. */
  load({ seenId, acknowledged }: SeenTroubles): void {
    this.forget();
    this.#seenId = seenId;
    for (const key of acknowledged) this.acknowledged.add(key);
  }

  /** Nothing is marked any more. */
  forget(): void {
    this.#seenId = undefined;
    this.acknowledged.clear();
  }

  save(): SeenTroubles {
    return { seenId: this.seenId, acknowledged: [...this.acknowledged] };
  }
}
