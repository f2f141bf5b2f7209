/** Why what waits is not told any further. */
export const enum Untold {
  /** All is told, or the next is not decided, or an object. */
  END = 0,
  /** There is no more room for events. */
  FULL = 1,
  /** It must be told here first what the names of its forms, or its host, are to the store. */
  NAMES = 2,
}

/** What became of a line. */
export const enum Answer {
  DONE = 0,
  /** Nothing: it is no ordinary life's. */
  NOT_PLAIN = 1,
  /** Nothing: its pid is the book's, which may give it back. */
  IN_BOOK = 2,
  /** Nothing: it must be found out whether its names are those of the session. */
  NAMES = 3,
  /** It is booked, and now something should be told. */
  DRAIN = 4,
}
