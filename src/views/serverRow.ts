import { l10n, type ThemeColor, ThemeIcon, type TreeItem, TreeItemCollapsibleState } from 'vscode';
import { showControlCharacters } from '../core/report/controlCharacters.ts';
import type { Backend } from '../core/server/activity.ts';
import type { LimitCount } from '../core/server/limits.ts';
import { fieldsTooltip } from './activeRow.ts';
import { backendFacts, backendFields, stateText } from './backendText.ts';
import { figureText } from './overviewText.ts';
import { errorColor, findingText, rowItem, type RowText, warningColor } from './rowText.ts';
import type { ServerNode, ServerSection } from './serverNode.ts';
import { factsText, nameText, say, spanText, whoText } from './words.ts';

const expanded: readonly ServerSection[] = ['overview', 'findings', 'blocked'];

/** The row of a node. */
export function serverRow(node: ServerNode): TreeItem {
  return rowItem(node, stateOf(node), rowText(node));
}

function stateOf(node: ServerNode): TreeItemCollapsibleState {
  if ((node.children?.length ?? 0) === 0) return TreeItemCollapsibleState.None;
  const isOpen = node.kind === 'section' && expanded.includes(node.section);
  // the chain of a blocked session is of use only as a whole
  const isChain = node.kind === 'backend' || node.kind === 'pid';
  return isOpen || isChain ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
}

/** What a row says. */
export function rowText(node: ServerNode): RowText {
  switch (node.kind) {
    case 'section':
      return {
        label: sectionText(node.section),
        description: node.count === undefined ? undefined : String(node.count),
      };
    case 'figure':
      return figureText(node.figure, node.overview);
    case 'finding':
      return serverFindingText(node);
    case 'backend':
      return backendText(node);
    case 'pid':
      return {
        label: node.pid === 0 ? l10n.t('a prepared transaction') : String(node.pid),
        description: waitersText(node.waiters),
        icon: new ThemeIcon('lock'),
      };
    case 'state':
      return { label: stateText(node.state), description: String(node.count) };
    case 'client':
      return {
        label: nameText(node.client.name),
        description: String(node.client.count),
        icon: new ThemeIcon('vm'),
      };
    default:
      return otherText(node);
  }
}

function limitText({ count, limit, isEnforced }: LimitCount): string {
  if (!isEnforced) return l10n.t('{0}, the limit of {1} does not hold for a superuser', count, limit);
  if (limit === 0) return l10n.t('{0}, nobody is let in', count);
  if (count > limit) return l10n.t('{0}, more than the {1} allowed', count, limit);
  return l10n.t('{0} of {1} allowed', count, limit);
}

/** Of a limit that keeps somebody out who might be meant to come in. */
function limitColor({ count, limit, isEnforced, withOurs }: LimitCount): ThemeColor | undefined {
  if (!isEnforced || limit === 0 || count < limit) return undefined;
  return withOurs && count === limit ? warningColor : errorColor;
}

function otherText(
  node: Exclude<
    ServerNode,
    { kind: 'section' | 'figure' | 'finding' | 'backend' | 'pid' | 'state' | 'client' }
  >,
): RowText {
  switch (node.kind) {
    case 'limit': {
      const { kind, name, withOurs } = node.limit;
      return {
        label: nameText(name),
        description: factsText([limitText(node.limit), withOurs ? l10n.t('ours is one of them') : undefined]),
        icon: new ThemeIcon(kind === 'user' ? 'account' : 'database', limitColor(node.limit)),
      };
    }
    case 'leak': {
      const { application, user, verdict, sentence } = node.leak;
      const icon = verdict === 'leaking' ? new ThemeIcon('flame', errorColor) : new ThemeIcon('graph-line');
      return {
        label: factsText([nameText(application), nameText(user)]),
        description: verdictText(verdict),
        icon,
        tooltip: say(sentence),
      };
    }
    case 'cost': {
      const { application, sessions, shortSessions, medianSetupMs, shouldPool } = node.cost;
      return {
        label: nameText(application),
        description: factsText([
          shouldPool ? l10n.t('this client should pool') : undefined,
          l10n.t('{0} of {1} sessions shorter than a second', shortSessions, sessions),
          medianSetupMs === undefined ? undefined : l10n.t('set-up {0} ms', medianSetupMs),
        ]),
        icon: new ThemeIcon('watch', shouldPool ? warningColor : undefined),
      };
    }
    case 'tag':
      return {
        label: showControlCharacters(node.tag.tag),
        description: String(node.tag.pids.length),
        icon: new ThemeIcon('tag'),
      };
    case 'prepared': {
      const { gid, database, owner, preparedAt } = node.transaction;
      return {
        label: nameText(gid),
        description: factsText([whoText(owner, database), spanText(node.serverAt - preparedAt)]),
        icon: new ThemeIcon('lock'),
        tooltip: l10n.t('A prepared transaction: it holds its locks until it is committed or rolled back.'),
      };
    }
    case 'slot': {
      const { name, slotType, database, active, activePid } = node.slot;
      const used = active ? l10n.t('used by process {0}', activePid ?? '?') : l10n.t('not used');
      return {
        label: nameText(name),
        description: factsText([
          slotType === 'logical' ? l10n.t('logical slot') : l10n.t('physical slot'),
          database === undefined ? undefined : nameText(database),
          used,
        ]),
        icon: new ThemeIcon('sync'),
      };
    }
    case 'tview':
      return {
        label: showControlCharacters(node.name),
        description: showControlCharacters(node.value),
        icon: new ThemeIcon('eye'),
      };
    case 'setting': {
      const { name, value, looksRight, sentence } = node.setting;
      return {
        label: name,
        description: factsText([showControlCharacters(value), looksRight ? undefined : say(sentence)]),
        icon: looksRight ? new ThemeIcon('pass') : new ThemeIcon('warning', warningColor),
        tooltip: say(sentence),
      };
    }
    case 'more':
      return {
        label: l10n.t('{0} more', node.rest),
        description: l10n.t('“Copy Server Report” has all of them'),
      };
  }
}

function sectionText(section: ServerSection): string {
  switch (section) {
    case 'overview':
      return l10n.t('Overview');
    case 'findings':
      return l10n.t('Findings');
    case 'blocked':
      return l10n.t('Who waits for whom');
    case 'sessions':
      return l10n.t('Sessions');
    case 'clients':
      return l10n.t('Clients');
    case 'limits':
      return l10n.t('Limits of roles and databases');
    case 'applications':
      return l10n.t('Applications');
    case 'tags':
      return l10n.t('Query tags');
    case 'holders':
      return l10n.t('Prepared transactions and slots');
    case 'tviews':
      return 'pg_tviews';
    case 'settings':
      return l10n.t('Settings');
    case 'background':
      return l10n.t('Background processes');
  }
}

function verdictText(verdict: 'leaking' | 'steady' | 'notEnoughData'): string {
  switch (verdict) {
    case 'leaking':
      return l10n.t('leaks connections');
    case 'steady':
      return l10n.t('steady');
    case 'notEnoughData':
      return l10n.t('not enough data yet');
  }
}

function serverFindingText({ finding, isSilenced }: Extract<ServerNode, { kind: 'finding' }>): RowText {
  const text = findingText(finding);
  if (!isSilenced) return { ...text, contextValue: finding.pids.length > 0 ? 'finding.sessions' : 'finding' };
  const icon = new ThemeIcon('bell-slash');
  const description = l10n.t('silenced');
  const spoken = factsText([text.label, description]);
  return { ...text, icon, description, spoken, contextValue: 'finding.silenced' };
}

function backendText({ backend, serverAt, waiters }: Extract<ServerNode, { kind: 'backend' }>): RowText {
  const isClient = backend.backendType === 'client backend';
  return {
    label: String(backend.pid),
    description: factsText([backendFacts(backend, serverAt), waitersText(waiters)]),
    icon: new ThemeIcon(waiters > 0 ? 'lock' : iconOf(backend)),
    contextValue: isClient ? `backend.${backend.state === 'active' ? 'active' : 'other'}` : 'process',
    tooltip: fieldsTooltip(backendFields(backend, serverAt)),
  };
}

function iconOf({ backendType, state }: Backend): string {
  if (backendType !== 'client backend') return 'gear';
  if (state === 'active') return 'play';
  return state?.startsWith('idle in transaction') === true ? 'debug-pause' : 'plug';
}

function waitersText(waiters: number): string | undefined {
  return waiters > 0 ? l10n.t('waited for by {0}', waiters) : undefined;
}
