import { l10n } from 'vscode';
import type { Sentence } from '../core/sentence.ts';
import { setNotifications } from './settings.ts';
import { inertText, say } from './words.ts';

/** Shows a message; answers which of the buttons was pressed. */
export type ShowMessage = (text: string, ...buttons: string[]) => Thenable<string | undefined>;

/** Shows a message that the user may want to see no more of; its button opens what it tells of. */
export async function showMessage(
  show: ShowMessage,
  text: string,
  button: string,
  open: () => Thenable<unknown>,
): Promise<void> {
  const never = l10n.t("Don't Show Again");
  const answer = await show(text, button, never);
  if (answer === button) await open();
  if (answer === never) await setNotifications('off');
}

/** What was found, and where: the first finding, and how many others there are. */
export function foundText(label: string, findings: readonly { readonly sentence: Sentence }[]): string {
  const [first, ...others] = findings;
  const [where, what] = [inertText(label), inertText(first ? say(first.sentence) : '')];
  return others.length > 0
    ? l10n.t('{0}: {1} ({2} more)', where, what, others.length)
    : l10n.t('{0}: {1}', where, what);
}
