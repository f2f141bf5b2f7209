/** Every text of the page with a pool's chart, in English; the host sends them translated. */
export const poolPageStrings = {
  title: '{0} over time',
  all: 'All pools of {0}',
  ofSource: '{0}, {1}',
  checkedOut: 'Checked out',
  most: 'Most at once',
  waiting: 'Waiting',
  size: 'Size {0}',
  limit: 'Size and overflow {0}',
  givenUp: 'Checkouts given up',
  now: '{0} checked out, {1} waiting, {2} given up',
  nothing: 'Nothing is known of this pool yet: its first figures are drawn here.',
  table: 'As a table',
  from: 'From',
  chart: 'Chart of {0}: the arrow keys move through it',
} as const;
