import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ConnectionsApi } from '../../src/extension.ts';
import { commandIds } from '../../src/views/contributions.ts';

/** Waits until the condition holds; fails with what was waited for. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `waited in vain until ${what}`);
    await pause(20);
  }
}

/** The extension as the editor has it, not necessarily active. */
export function ownExtension(): vscode.Extension<ConnectionsApi> {
  const own = vscode.extensions.getExtension<ConnectionsApi>('postgres-connections.postgres-connections');
  assert.ok(own);
  return own;
}

export function configuration(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('pgConnections');
}

/** Sets one of the extension's settings for all windows. */
export function set(name: string, value: unknown): Thenable<void> {
  return configuration().update(name, value, vscode.ConfigurationTarget.Global);
}

/** Runs one of the extension's commands. */
export function run(name: keyof typeof commandIds, ...args: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(commandIds[name], ...args);
}

/** Until everything that only waits for answers which are there is done. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
