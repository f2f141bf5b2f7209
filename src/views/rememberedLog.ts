import type { FollowTarget } from '../protocol/logQuestions.ts';
import type { WindowContext } from './logChoice.ts';
import type { Followed } from './windowLogs.ts';

/** Has the engine follow a log from where this workspace has cleared it. Rejects with a SentenceError. */
export async function followAsCleared(
  { engine, memory, settings }: WindowContext,
  target: FollowTarget,
): Promise<Followed> {
  const { clearMark } = memory.log(target);
  const ask = { target, settings: settings().engine, ...(clearMark && { clearMark }) };
  return { target, status: (await engine.ask('follow', ask)).status };
}

/** Filters a followed log as this workspace did before. Rejects with a SentenceError. */
export async function filterAsBefore(
  { engine, memory }: WindowContext,
  { target, status: { sourceId } }: Followed,
): Promise<void> {
  const { filter } = memory.log(target);
  if (filter !== undefined) await engine.ask('setFilter', { sourceId, filter });
}
