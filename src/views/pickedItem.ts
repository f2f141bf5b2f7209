import type { QuickPick, QuickPickItem } from 'vscode';

/** The item that is accepted in a shown pick, which is gone then; undefined = the user turned away. */
export function pickedItem<Item extends QuickPickItem>(pick: QuickPick<Item>): Promise<Item | undefined> {
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
  });
}
