import { commands, type Uri } from 'vscode';
import type { EngineClient } from '../engine/client.ts';
import { contextKeys, type PoolCommandName } from './contributions.ts';
import type { FollowedLog } from './followedLog.ts';
import { PoolAlerts } from './poolAlerts.ts';
import { PoolCharts } from './poolChartPage.ts';
import { poolCommands } from './poolCommands.ts';
import { PoolTree } from './poolTree.ts';
import type { ReadOnlyTexts } from './readOnlyTexts.ts';
import { readServerSettings } from './serverSettings.ts';
import type { Settings } from './settings.ts';
import { type PoolsParts, WindowPools } from './windowPools.ts';
import type { WorkspaceMemory } from './workspaceMemory.ts';

/** What the pools need from the extension. */
export interface PoolViewsParts extends Pick<PoolsParts, 'secrets' | 'askPassword'> {
  readonly engine: EngineClient;
  readonly followed: FollowedLog;
  readonly memory: WorkspaceMemory;
  readonly texts: ReadOnlyTexts;
  readonly settings: () => Settings;
  readonly extensionUri: Uri;
  readonly isTrusted: () => boolean;
  /** The view is visible, or not: it shows what a live server tells too. */
  readonly see: (isVisible: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/** Everything about pools, in a bundle of its own (esbuild.mjs). */
export interface PoolViews {
  readonly pools: WindowPools;
  readonly tree: PoolTree;
  readonly commands: Readonly<Record<PoolCommandName, (...args: readonly unknown[]) => unknown>>;
  resume(): Promise<void>;
  obeySettings(): Promise<void>;
  dispose(): void;
}

/** Makes them; nothing is followed yet. */
export function createPoolViews(parts: PoolViewsParts): PoolViews {
  const { engine, followed, memory, secrets, askPassword, texts, extensionUri, isTrusted, failed } = parts;
  const settings = () => ({ ...readServerSettings(), timeZone: parts.settings().engine.timeZone });
  const pools = new WindowPools({ engine, memory, secrets, settings, askPassword, isTrusted });
  const see = (isVisible: boolean): void => {
    pools.see(isVisible);
    parts.see(isVisible);
  };
  const tree = new PoolTree(pools, see, failed);
  const alerts = new PoolAlerts(pools, parts.settings, failed);
  const charts = new PoolCharts(pools, extensionUri, failed);
  pools.alert(alerts.isWanted);
  let hasPools = false;
  const update = (): void => {
    if (hasPools === pools.statuses.length > 0) return;
    hasPools = !hasPools;
    void commands.executeCommand('setContext', contextKeys.hasPools, hasPools);
    // once there, the view stays for this window: empty, it says what to do
    void commands.executeCommand('setContext', contextKeys.poolsShown, true);
  };
  const subscriptions: { dispose(): void }[] = [pools.onDidChange(update), charts, alerts, tree, pools];
  return {
    pools,
    tree,
    commands: poolCommands({ pools, charts, engine, followed, texts }),
    resume: () => pools.resume(),
    obeySettings: () => {
      pools.alert(alerts.isWanted);
      return pools.obeySettings();
    },
    dispose: () => {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
