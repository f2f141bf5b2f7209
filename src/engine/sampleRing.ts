import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { isClientBackend, type ActivitySample } from '../core/server/activity.ts';
import type { SampleMark } from '../core/server/serverSnapshot.ts';

const mostSamples = 300;
/** What all samples take at most, packed. */
const mostBytes = 32 * 1024 * 1024;
const mostEvidence = 50;

interface Packed {
  readonly mark: SampleMark;
  readonly bytes: Uint8Array;
}

/**
 * The newest samples of a server, to step back through, and beyond them those that are evidence. A sample is packed:
 * a thousand sessions take some 30 kB instead of a megabyte. The newest stays at hand as it is.
 */
export class SampleRing {
  readonly #bounds: { readonly samples: number; readonly bytes: number };
  #ring: Packed[] = [];
  #bytes = 0;
  readonly #evidence = new Map<number, Packed>();
  #newest: { readonly id: number; readonly sample: ActivitySample } | undefined;
  #lastId = 0;

  constructor(bounds = { samples: mostSamples, bytes: mostBytes }) {
    this.#bounds = bounds;
  }

  /** Keeps a sample; answers its id. */
  add(sample: ActivitySample): number {
    const id = (this.#lastId += 1);
    const bytes = deflateRawSync(JSON.stringify(sample), { level: 1 });
    const total = sample.backends.filter(isClientBackend).length;
    this.#ring.push({ mark: { id, takenAt: sample.takenAt, total, changed: false }, bytes });
    this.#bytes += bytes.length;
    this.#newest = { id, sample };
    while (
      this.#ring.length > 1 &&
      (this.#ring.length > this.#bounds.samples || this.#bytes > this.#bounds.bytes)
    )
      this.#bytes -= this.#ring.shift()?.bytes.length ?? 0;
    return id;
  }

  /** Findings began or ended at this sample. */
  markChanged(id: number): void {
    this.#ring = this.#ring.map((packed) =>
      packed.mark.id === id ? { ...packed, mark: { ...packed.mark, changed: true } } : packed,
    );
  }

  /** A finding began here: the sample stays when it leaves the ring, as long as it is among the newest 50 of these. */
  keep(id: number): void {
    const packed = this.#find(id);
    if (!packed) return;
    this.#evidence.delete(id);
    this.#evidence.set(id, packed);
    for (const oldest of this.#evidence.keys())
      if (this.#evidence.size > mostEvidence) this.#evidence.delete(oldest);
  }

  get newest(): { readonly id: number; readonly sample: ActivitySample } | undefined {
    return this.#newest;
  }

  /** A sample that is still kept. */
  get(id: number): ActivitySample | undefined {
    if (this.#newest?.id === id) return this.#newest.sample;
    const packed = this.#find(id);
    return packed && (JSON.parse(inflateRawSync(packed.bytes).toString()) as ActivitySample);
  }

  /** What can be stepped back to, oldest first. */
  marks(): SampleMark[] {
    return this.#ring.map(({ mark }) => mark);
  }

  #find(id: number): Packed | undefined {
    return this.#ring.find(({ mark }) => mark.id === id) ?? this.#evidence.get(id);
  }
}
