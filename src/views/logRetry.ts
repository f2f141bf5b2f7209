import { Disposable } from 'vscode';
import type { FollowedLog } from './followedLog.ts';

const everyMs = 10_000;

/** Looks again now and then for a log where there is none, while a view that would show it is seen. */
export function retryWhileSeen(
  followed: Pick<FollowedLog, 'status' | 'retry'>,
  isSeen: () => boolean,
): Disposable {
  const timer = setInterval(() => {
    if (followed.status === undefined && isSeen()) void followed.retry();
  }, everyMs);
  return new Disposable(() => clearInterval(timer));
}
