import { l10n, window } from 'vscode';

/** Asks for the password of a server or pooler; undefined = not now. */
export function askPassword(label: string): Thenable<string | undefined> {
  return window.showInputBox({
    title: l10n.t('Password for {0}', label),
    prompt: l10n.t('It is kept in the editor’s secret storage, and nowhere else.'),
    password: true,
    ignoreFocusOut: true,
  });
}
