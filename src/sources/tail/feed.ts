import type { TailSink } from './tailSink.ts';

/** Copies bytes that did not come from a file descriptor into the sink, in as many pieces as its room wants. */
export function feed(sink: Pick<TailSink, 'room' | 'took'>, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    const room = sink.room();
    const piece = bytes.subarray(at, at + room.length);
    room.set(piece);
    sink.took(piece.length);
    at += piece.length;
  }
}
