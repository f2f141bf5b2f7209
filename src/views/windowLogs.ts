import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import type { FollowTarget } from '../protocol/logQuestions.ts';

/** A log that is followed, and what the engine last said of it. */
export interface Followed {
  readonly target: FollowTarget;
  status: SourceStatus;
}

/** It is followed as long as this window is open. */
export function isDemo(target: FollowTarget): boolean {
  return 'demo' in target;
}

/** The logs that a window follows, in the order in which they came, and which of them it shows. */
export class WindowLogs {
  #all: readonly Followed[] = [];
  #shown: Followed | undefined;
  /** The one that was shown last, the demo aside. */
  #chosen: Followed | undefined;

  get all(): readonly Followed[] {
    return this.#all;
  }
  get shown(): Followed | undefined {
    return this.#shown;
  }
  /** Those that are wanted again in another window, the one to be shown there first. */
  get lasting(): readonly Followed[] {
    const lasting = this.#all.filter(({ target }) => !isDemo(target));
    const isChosen = (one: Followed): boolean => one === this.#chosen;
    return [...lasting.filter(isChosen), ...lasting.filter((one) => !isChosen(one))];
  }

  bySourceId(sourceId: string): Followed | undefined {
    return this.#all.find(({ status }) => status.sourceId === sourceId);
  }

  /** In the place of the one with its id, else of another, else behind all; shown if that one was. */
  put(followed: Followed, instead?: Followed): void {
    const before = this.bySourceId(followed.status.sourceId) ?? instead;
    const isThere = before !== undefined && this.#all.includes(before);
    this.#all = isThere
      ? this.#all.map((one) => (one === before ? followed : one))
      : [...this.#all, followed];
    if (before !== undefined && this.#chosen === before) this.#chosen = followed;
    if (this.#shown === before) this.show(followed);
  }

  /** What the engine says of one now; false if that one is not there. */
  update(status: SourceStatus): boolean {
    const followed = this.bySourceId(status.sourceId);
    if (followed) followed.status = status;
    return followed !== undefined;
  }

  show(followed: Followed): void {
    this.#shown = followed;
    if (!isDemo(followed.target)) this.#chosen = followed;
  }

  /** Takes one of several out, or the demo; if it was shown, the first lasting one is. False if it is neither, or not there. */
  drop(sourceId: string): boolean {
    const followed = this.bySourceId(sourceId);
    if (followed === undefined || (this.#all.length === 1 && !isDemo(followed.target))) return false;
    this.#drop(followed);
    return true;
  }

  /** Takes the shown one out, and shows the first of the others; answers the one that was shown. */
  dropShown(): Followed | undefined {
    const before = this.#shown;
    if (before === undefined) this.#shown = this.#all[0];
    else this.#drop(before);
    return before;
  }

  /** Nothing is followed any more. */
  forget(): void {
    this.#all = [];
    this.#shown = undefined;
  }

  #drop(followed: Followed): void {
    this.#all = this.#all.filter((one) => one !== followed);
    if (this.#chosen === followed) this.#chosen = undefined;
    if (this.#shown === followed) this.#shown = this.lasting[0] ?? this.#all[0];
  }
}
