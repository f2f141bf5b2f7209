import { env, l10n, ThemeIcon, type TreeItem, TreeItemCollapsibleState, workspace } from 'vscode';
import type { StepNode } from './activeModel.ts';
import { commandIds, settingIds, settingsSection } from './contributions.ts';
import type { FollowedLog } from './followedLog.ts';
import { rowItem } from './rowText.ts';

/** What the user can do about a log that cannot be followed. */
export type Step = 'chooseLog' | 'lookAgain' | 'setLog' | 'setPrefix';

/**
 * The next steps where the Active view's message says why it has no rows. They are its rows then, because the editor shows
 * no welcome text, which could have buttons, below a message. `isSet`: the log is the one that the setting names.
 */
export function nextSteps({ phase, status }: Pick<FollowedLog, 'phase' | 'status'>, isSet: boolean): Step[] {
  const choose: Step[] = isSet ? ['chooseLog', 'setLog'] : ['chooseLog'];
  if (status === undefined) return phase === 'refused' ? [...choose, 'lookAgain'] : [];
  if (status.trouble === undefined || status.state === 'reading') return [];
  return status.state === 'waiting' ? choose : [...choose, 'setPrefix'];
}

export function stepRow(node: StepNode): TreeItem {
  const { label, icon, command, args = [] } = stepText(node.step);
  return rowItem(node, TreeItemCollapsibleState.None, {
    label,
    icon: new ThemeIcon(icon),
    command: { command, title: label, arguments: [...args] },
  });
}

interface StepText {
  readonly label: string;
  readonly icon: string;
  readonly command: string;
  readonly args?: readonly unknown[];
}

function stepText(step: Step): StepText {
  switch (step) {
    case 'chooseLog':
      return { label: l10n.t('Choose Log…'), icon: 'list-selection', command: commandIds.chooseLog };
    case 'lookAgain':
      return { label: l10n.t('Look Again'), icon: 'refresh', command: commandIds.lookAgain };
    case 'setLog':
      return { label: l10n.t('Change the Path in the Settings'), ...setting(settingIds.log) };
    case 'setPrefix':
      return {
        label: l10n.t('Set log_line_prefix in the Settings'),
        ...setting(settingIds.logLinePrefix),
      };
  }
}

/** Opens a setting where it is set; where nobody has set it, where this machine's are: elsewhere it would not be found. */
function setting(id: string): Omit<StepText, 'label'> {
  const isOfWorkspace = workspace.getConfiguration(settingsSection).inspect(id)?.workspaceValue !== undefined;
  const ofMachine = env.remoteName === undefined ? 'openSettings' : 'openRemoteSettings';
  return {
    icon: 'settings-gear',
    command: `workbench.action.${isOfWorkspace ? 'openWorkspaceSettings' : ofMachine}`,
    args: [{ query: `@id:${settingsSection}.${id}` }],
  };
}
