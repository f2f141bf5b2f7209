import type { ActivitySample } from './activity.ts';
import { ageMs, clientSessions } from './sessionAges.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const hoursShown = 24;

/** Sessions that began in one hour (UTC). */
export interface HourCount {
  /** Undefined = before the hours that are listed. */
  readonly startAt: number | undefined;
  readonly count: number;
}

/**
 * Open client sessions by the hour in which they began (`backend_start`: a statement's start says nothing of it): the last
 * 24 hours, newest first, empty ones left out; then all that are older. A hidden start is not among them.
 */
export function startsByHour(sample: Pick<ActivitySample, 'backends' | 'serverAt'>): HourCount[] {
  const oldest = (Math.floor(sample.serverAt / hourMs) - hoursShown + 1) * hourMs;
  const counts = new Map<number | undefined, number>();
  for (const { backendStartAt } of clientSessions(sample)) {
    if (backendStartAt === undefined) continue;
    const hour = Math.floor(backendStartAt / hourMs) * hourMs;
    const startAt = hour < oldest ? undefined : hour;
    counts.set(startAt, (counts.get(startAt) ?? 0) + 1);
  }
  return [...counts]
    .map(([startAt, count]) => ({ startAt, count }))
    .sort((a, b) => (b.startAt ?? 0) - (a.startAt ?? 0));
}

/** Where one class of ages ends and the next begins, ms. */
const ageBounds = [
  { name: 'under 1 minute', belowMs: minuteMs },
  { name: '1 to 10 minutes', belowMs: 10 * minuteMs },
  { name: '10 to 60 minutes', belowMs: hourMs },
  { name: '1 to 24 hours', belowMs: 24 * hourMs },
  { name: '1 day and more', belowMs: Infinity },
] as const;

/** The name of a class of ages; `unknown` = the start is hidden. */
export type AgeClass = (typeof ageBounds)[number]['name'] | 'unknown';

/** Open client sessions by their age; classes that nobody is in are left out. */
export function countsByAge(
  sample: Pick<ActivitySample, 'backends' | 'serverAt'>,
): { readonly name: AgeClass; readonly count: number }[] {
  const classes = clientSessions(sample).map(({ backendStartAt }): AgeClass => {
    const age = ageMs(backendStartAt, sample.serverAt);
    return ageBounds.find(({ belowMs }) => age !== undefined && age < belowMs)?.name ?? 'unknown';
  });
  return [...ageBounds.map(({ name }) => name), 'unknown' as const]
    .map((name) => ({ name, count: classes.filter((each) => each === name).length }))
    .filter(({ count }) => count > 0);
}
