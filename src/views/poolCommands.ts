import { env, l10n, Uri, window } from 'vscode';
import type { PoolStatus, PoolTarget } from '../core/pool/poolSnapshot.ts';
import { SentenceError } from '../core/sentence.ts';
import type { EngineClient } from '../engine/client.ts';
import type { PoolCommandName } from './contributions.ts';
import type { FollowedLog } from './followedLog.ts';
import { largestFileBytes, showPlace } from './openEntry.ts';
import type { PoolCharts } from './poolChartPage.ts';
import type { PoolNode } from './poolModel.ts';
import { pickPool } from './poolPicks.ts';
import { poolRowText } from './poolRow.ts';
import { type ReadOnlyTexts, showLine } from './readOnlyTexts.ts';
import type { WindowPools } from './windowPools.ts';
import { factsText, inertText } from './words.ts';

/** What the commands about pools act on. */
export interface PoolCommandContext {
  readonly pools: WindowPools;
  readonly charts: PoolCharts;
  readonly engine: Pick<EngineClient, 'ask'>;
  readonly followed: FollowedLog;
  readonly texts: ReadOnlyTexts;
}

type Handlers = Readonly<Record<PoolCommandName, (...args: readonly unknown[]) => unknown>>;

/** The handlers of the commands about pools. */
export function poolCommands({ pools, charts, engine, followed, texts }: PoolCommandContext): Handlers {
  return {
    addPool: async (argument) => {
      const target =
        targetIn(argument) ?? (await pickPool((question, ask) => engine.ask(question, ask), followed));
      if (target) await pools.add(target);
    },
    removePool: async (node) => {
      const poolId = isNode(node) ? node.poolId : await pickFollowed(pools);
      if (poolId !== undefined) await pools.remove(poolId);
    },
    copyPool: async (node) => {
      if (isNode(node)) await env.clipboard.writeText(textOf(node));
    },
    openPoolLog: async (node) => {
      const poolId = isNode(node) ? node.poolId : await pickFollowed(pools);
      if (poolId === undefined) return;
      const path = statusOf(pools, poolId)?.path;
      if (path === undefined)
        throw new SentenceError('A console has no log here: add the log of this PgBouncer as well.');
      await showLine(Uri.file(path), undefined);
    },
    openPoolEntry: async (poolId, troubleId) => {
      if (typeof poolId !== 'string' || typeof troubleId !== 'number') return;
      await showPlace(await pools.ask('locatePoolTrouble', { poolId, troubleId, largestFileBytes }), texts);
    },
    showPoolChart: async (node) => {
      const poolId = isNode(node) ? node.poolId : await pickFollowed(pools);
      const pool =
        isNode(node) && node.kind === 'pool' && node.sumOf === undefined ? node.pool.name : undefined;
      if (poolId === undefined) return;
      if (statusOf(pools, poolId)?.origin === 'poolerLog')
        throw new SentenceError(
          'The log of a PgBouncer does not tell what is in use: add the console of this PgBouncer as well.',
        );
      charts.show(poolId, pool);
    },
  };
}

/** What a key binding or another extension passes: a URI, a path, or all of it. */
function targetIn(argument: unknown): PoolTarget | undefined {
  if (typeof argument === 'string' && argument !== '')
    return /^postgres(?:ql)?:\/\//u.test(argument)
      ? { kind: 'console', uri: argument }
      : { kind: 'log', path: argument };
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { path, pattern, application } = argument as Record<string, unknown>;
  if (typeof path !== 'string' || path === '') return undefined;
  return {
    kind: 'log',
    path,
    ...(typeof pattern === 'string' && { pattern }),
    ...(typeof application === 'string' && { application }),
  };
}

async function pickFollowed({ statuses }: WindowPools): Promise<string | undefined> {
  const [only, another] = statuses;
  if (!only) throw new SentenceError('No pool is followed: run “Connections: Add Pool” first.');
  if (!another) return only.poolId;
  const items = statuses.map(({ poolId, label, target }) => ({
    label: inertText(label),
    description: inertText(target.kind === 'log' ? target.path : target.uri),
    poolId,
  }));
  return (await window.showQuickPick(items, { title: l10n.t('Which pool?') }))?.poolId;
}

function statusOf({ statuses }: WindowPools, poolId: string): PoolStatus | undefined {
  return statuses.find((status) => status.poolId === poolId);
}

/** A row and those below it, as they read. */
function textOf(node: PoolNode, indent = ''): string {
  const { label, description } = poolRowText(node);
  const below = (node.children ?? []).map((child) => textOf(child, `${indent}  `));
  return [`${indent}${factsText([label, description])}`, ...below].join('\n');
}

/** The editor passes the row's node; a key binding may pass anything or nothing. */
function isNode(argument: unknown): argument is PoolNode {
  return typeof argument === 'object' && argument !== null && 'kind' in argument && 'poolId' in argument;
}
