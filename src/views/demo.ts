import { l10n, window } from 'vscode';
import type { FollowedLog } from './followedLog.ts';

/** The demo's log, while it plays. */
export function demoIn({ all }: Pick<FollowedLog, 'all'>): string | undefined {
  return all.find(({ log }) => log.kind === 'demo')?.sourceId;
}

/** Plays a recorded log beside those that are followed, and shows it; while it plays, shows it. */
export async function tryDemo(
  followed: FollowedLog,
  recordedPath: string,
  failed: (error: unknown) => void,
): Promise<void> {
  const sourceId = demoIn(followed);
  if (sourceId !== undefined) return followed.show(sourceId);
  await followed.add({ demo: recordedPath });
  const stop = l10n.t('Stop the Demo');
  const message = l10n.t(
    'The log of a recorded server plays as if it ran now: five minutes, again and again.',
  );
  // Not waited for: the command is done, whether or not the user looks at the message.
  void window.showInformationMessage(message, stop).then((answer) => {
    if (answer === stop) stopDemo(followed).catch(failed);
  });
}

/** Follows it no longer. */
export async function stopDemo(followed: FollowedLog): Promise<void> {
  const sourceId = demoIn(followed);
  if (sourceId !== undefined) await followed.stop(sourceId);
}
