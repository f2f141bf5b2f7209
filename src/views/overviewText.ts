import { l10n, ThemeIcon } from 'vscode';
import { percent } from '../core/server/findingText.ts';
import { isBeyondUsable } from '../core/server/overview.ts';
import type { Overview } from '../core/server/serverSnapshot.ts';
import { errorColor, type RowText, warningColor } from './rowText.ts';
import type { FigureName } from './serverNode.ts';
import { factsText, spanText } from './words.ts';

/** One figure of the overview. */
export function figureText(figure: FigureName, overview: Overview): RowText {
  const seconds = (value: number | undefined): string => (value === undefined ? '–' : spanText(value * 1000));
  switch (figure) {
    case 'connections': {
      return {
        label: l10n.t('Connections'),
        description: factsText([
          l10n.t('{0} %', percent(overview.utilization)),
          isBeyondUsable(overview)
            ? l10n.t('{0} and ours of all {1}', overview.total, overview.maxConnections)
            : l10n.t('{0} and ours of {1} usable', overview.total, overview.usable),
          healthText(overview.health),
        ]),
        icon: healthIcon(overview.health),
        tooltip: l10n.t(
          '{0} client sessions, this tool left out; {1} of max_connections {2} are reserved',
          overview.total,
          overview.reserved,
          overview.maxConnections,
        ),
      };
    }
    case 'active':
      return { label: l10n.t('Active'), description: String(overview.active) };
    case 'idle':
      return { label: l10n.t('Idle'), description: String(overview.idle) };
    case 'idleInTransaction':
      return { label: l10n.t('Idle in transaction'), description: String(overview.idleInTransaction) };
    case 'waiting':
      return { label: l10n.t('Waiting for a lock'), description: String(overview.waiting) };
    case 'longestActive':
      return { label: l10n.t('Longest active'), description: seconds(overview.longestActiveSeconds) };
    case 'longestIdleInTransaction':
      return {
        label: l10n.t('Longest idle in transaction'),
        description: seconds(overview.longestIdleInTransactionSeconds),
      };
    case 'reserved':
      return {
        label: l10n.t('Reserved'),
        description: l10n.t('{0} of {1}', overview.reserved, overview.maxConnections),
      };
  }
}

/** The three words of health, in the user's language. */
export function healthText(health: Overview['health']): string {
  switch (health) {
    case 'HEALTHY':
      return l10n.t('healthy');
    case 'WARNING':
      return l10n.t('warning');
    case 'CRITICAL':
      return l10n.t('critical');
  }
}

function healthIcon(health: Overview['health']): ThemeIcon {
  switch (health) {
    case 'HEALTHY':
      return new ThemeIcon('pass');
    case 'WARNING':
      return new ThemeIcon('warning', warningColor);
    case 'CRITICAL':
      return new ThemeIcon('error', errorColor);
  }
}
