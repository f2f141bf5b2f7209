/** How findings name things: their identity from poll to poll, and what stands in their sentences. */
import type { Backend } from './activity.ts';
import { byStart } from './sessionAges.ts';

/** Of a server that stands for itself: how full it is. */
export const wholeServer = 'server';

/** As many pids as a finding tells. */
const mostPids = 1000;

/** One name, or several that only together say what it is about; a name may hold anything, and never reads as two. */
export function subjectOf(...names: readonly (string | undefined)[]): string {
  return names.map((name) => (name === undefined ? '?' : name.replace(/[\\?·]/gu, '\\$&'))).join(' · ');
}

/** A name as it stands in a sentence. */
export function told(name: string | undefined): string {
  return name ?? 'unknown';
}

/** The pids of some sessions, the oldest session first. */
export function pidsByAge(sessions: readonly Backend[]): number[] {
  return [...sessions]
    .sort(byStart)
    .slice(0, mostPids)
    .map(({ pid }) => pid);
}

/** Sessions by some of their names; in the order in which the groups began. */
export function groupBy<T extends Backend>(
  sessions: readonly T[],
  namesOf: (session: T) => readonly (string | undefined)[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const session of sessions) {
    const subject = subjectOf(...namesOf(session));
    const group = groups.get(subject);
    if (group) group.push(session);
    else groups.set(subject, [session]);
  }
  return groups;
}

/** A figure as it is told: two digits behind the point are enough. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** A share as per cent: 100 only where nothing is left, 0 only where there is nothing. */
export function percent(share: number): number {
  const nearest = Math.round(share * 100);
  if (share < 1 && nearest >= 100) return 99;
  return share > 0 ? Math.max(1, nearest) : nearest;
}
