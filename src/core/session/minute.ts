/** Numbers of what happened in a minute: where they stand, from the last on the lengths of the sessions that ended, by class. */
export const minuteFields = {
  minute: 0,
  connects: 1,
  disconnects: 2,
  lost: 3,
  failures: 4,
  maxActive: 5,
  active: 6,
  lengths: 7,
} as const;
export const minuteNumbers = 16;
