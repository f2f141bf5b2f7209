import { l10n, ThemeIcon } from 'vscode';
import type { PoolRow } from '../core/pool/poolSnapshot.ts';
import { showControlCharacters } from '../core/report/controlCharacters.ts';
import type { PoolFigureName } from './poolModel.ts';
import { type RowText, warningColor } from './rowText.ts';
import { factsText, spanText, tenthsText } from './words.ts';

/** `3 of 10 checked out · 2 in · 1 overflow · 4 waiting, 1.2 s · 2 timeouts`: what there is, most telling first. */
export function nowFacts(pool: PoolRow): string {
  const { now, pooler, timeouts, servers, maxServers } = pool;
  const { checkedOut, size, checkedIn, overflow = 0, waiting = 0 } = now;
  const out =
    checkedOut === undefined
      ? undefined
      : size === undefined
        ? l10n.t('{0} checked out', checkedOut)
        : l10n.t('{0} of {1} checked out', checkedOut, size);
  const opened =
    pooler || servers === undefined
      ? undefined
      : l10n.t('{0} server connections open, at most {1}', servers, maxServers ?? servers);
  return factsText([
    out,
    opened,
    checkedIn === undefined ? undefined : l10n.t('{0} in', checkedIn),
    overflow > 0 ? l10n.t('{0} overflow', overflow) : undefined,
    waiting > 0 ? l10n.t('{0} waiting', waiting) : undefined,
    waiting > 0 && now.waitMs ? waitText(now.waitMs) : undefined,
    timeouts > 0 ? l10n.t('{0} given up', timeouts) : undefined,
    pooler && showControlCharacters(pooler.poolMode),
  ]);
}

/** Below ten seconds to a tenth: that is what a wait is about. */
export function waitText(ms: number): string {
  return ms < 10_000 ? tenthsText(ms) : spanText(ms);
}

/** One figure of a pool, with the most there ever was. */
export function figureRow(figure: PoolFigureName, pool: PoolRow): RowText {
  const { now, pooler } = pool;
  const atMost = (most: number | undefined): string | undefined =>
    most === undefined ? undefined : l10n.t('at most {0}', most);
  switch (figure) {
    case 'size':
      return { label: l10n.t('Size'), description: sizeText(pool) };
    case 'checkedOut':
      return {
        label: pooler ? l10n.t('Server connections in use') : l10n.t('Checked out'),
        description: factsText([String(now.checkedOut), pooler ? undefined : atMost(pool.maxCheckedOut)]),
      };
    case 'checkedIn':
      return {
        label: pooler ? l10n.t('Server connections idle') : l10n.t('Checked in'),
        description: String(now.checkedIn),
      };
    case 'overflow':
      return {
        label: l10n.t('Overflow'),
        description: factsText([
          now.overflow === undefined ? undefined : String(now.overflow),
          pooler ? undefined : atMost(pool.maxOverflowUsed),
        ]),
      };
    case 'waiting':
      return {
        label: pooler ? l10n.t('Clients waiting') : l10n.t('Waiting'),
        description: factsText([String(now.waiting), pooler ? undefined : atMost(pool.maxWaiting)]),
        ...(now.waiting && { icon: new ThemeIcon('warning', warningColor) }),
      };
    case 'longestWait':
      return { label: l10n.t('Longest wait'), description: waitText(now.waitMs ?? pool.maxWaitMs ?? 0) };
    case 'timeouts':
      return { label: l10n.t('Checkouts given up'), description: String(pool.timeouts) };
    default:
      return otherRow(figure, pool);
  }
}

function otherRow(
  figure: Extract<PoolFigureName, 'checkouts' | 'created' | 'leaks' | 'clients' | 'servers' | 'mode'>,
  pool: PoolRow,
): RowText {
  const { pooler } = pool;
  switch (figure) {
    case 'checkouts':
      return {
        label: l10n.t('Checkouts'),
        description: factsText([
          String(pool.checkouts),
          pool.returns === undefined ? undefined : l10n.t('{0} returned', pool.returns),
        ]),
      };
    case 'created':
      return { label: l10n.t('Connections opened'), description: String(pool.created) };
    case 'leaks':
      return { label: l10n.t('Leaks named by the pool'), description: String(pool.leaksDetected) };
    case 'clients':
      return {
        label: l10n.t('Clients'),
        description: l10n.t(
          '{0} active, {1} waiting',
          pooler?.clientsActive ?? 0,
          pooler?.clientsWaiting ?? 0,
        ),
      };
    case 'servers':
      return {
        label: l10n.t('Server connections'),
        description: factsText([
          String(pool.servers),
          pooler ? undefined : l10n.t('at most {0}', pool.maxServers ?? pool.servers ?? 0),
          pooler?.serversLogin ? l10n.t('{0} logging in', pooler.serversLogin) : undefined,
          pooler?.serversTested ? l10n.t('{0} being tested', pooler.serversTested) : undefined,
        ]),
      };
    case 'mode':
      return { label: l10n.t('Pool mode'), description: showControlCharacters(pooler?.poolMode ?? '') };
  }
}

function sizeText({ now, pooler }: PoolRow): string {
  const size = now.size ?? 0;
  if (pooler?.reserveSize) return l10n.t('{0} and {1} in reserve', size, pooler.reserveSize);
  return now.maxOverflow && !pooler ? l10n.t('{0} and {1} overflow', size, now.maxOverflow) : String(size);
}
