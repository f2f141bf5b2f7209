import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Sentence } from '../../core/sentence.ts';
import { sentence } from '../../core/sentence.ts';
import { loggingSettings, quoted } from './loggingPlan.ts';
import type { SettingChange } from './loggingPlan.ts';
import { withServer } from './ownServer.ts';
import type { ServerAddress } from './ownServer.ts';

/** A setting that was set by ALTER SYSTEM, and what postgresql.auto.conf had before; null = nothing. */
export interface AlteredSetting {
  readonly name: string;
  readonly set: string;
  readonly previous: string | null;
}

/** What a running server says of the settings; `fixed` = given on its command line, which ALTER SYSTEM does not override. */
export interface RunningSettings {
  readonly values: ReadonlyMap<string, string>;
  readonly fixed: ReadonlySet<string>;
}

/** The values of new sessions (a session's own are fixed at its start). */
export async function readRunningSettings(address: ServerAddress): Promise<RunningSettings> {
  const { rows } = await withServer(address, (client) =>
    client.query<{ name: string; setting: string; source: string }>(
      'SELECT name, setting, source FROM pg_settings WHERE name = ANY($1)',
      [loggingSettings],
    ),
  );
  return {
    values: new Map(rows.map(({ name, setting }) => [name, setting])),
    fixed: new Set(rows.filter(({ source }) => source === 'command line').map(({ name }) => name)),
  };
}

/**
 * Sets the values and reloads. Rejects with nothing changed: what was set before a failing statement is put back.
 */
export async function alterSystem(
  address: ServerAddress,
  changes: readonly SettingChange[],
): Promise<AlteredSetting[]> {
  return withServer(address, async (client) => {
    const automatic = await readAutomatic(client);
    const altered: AlteredSetting[] = [];
    try {
      for (const { name, after } of changes) {
        await client.query(`ALTER SYSTEM SET ${name} = ${quoted(after)}`);
        altered.push({ name, set: after, previous: automatic.get(name) ?? null });
      }
    } catch (error) {
      for (const { name, previous } of altered) await restore(client, name, previous);
      throw error;
    }
    await client.query('SELECT pg_reload_conf()');
    return altered;
  });
}

/** Puts the values back that are still ours, and reloads; says which ones somebody has changed since. */
export async function restoreSystem(
  address: ServerAddress,
  settings: readonly AlteredSetting[],
): Promise<Sentence[]> {
  return withServer(address, async (client) => {
    const notes: Sentence[] = [];
    const automatic = await readAutomatic(client);
    for (const { name, set, previous } of settings) {
      if (automatic.get(name) === set) await restore(client, name, previous);
      else if ((automatic.get(name) ?? null) !== previous)
        notes.push(
          sentence(
            '{0} was changed since and is left as it is: use ALTER SYSTEM RESET {0} to remove it.',
            name,
          ),
        );
    }
    await client.query('SELECT pg_reload_conf()');
    return notes;
  });
}

/**
 * Waits (at most two seconds: the postmaster reads its files a moment after the reload) until new sessions have
 * the values; returns the names of those that did not arrive.
 */
export async function missingIn(
  address: ServerAddress,
  settings: readonly AlteredSetting[],
): Promise<string[]> {
  let missing: string[] = [];
  for (const waitMs of [20, 80, 200, 500, 1200]) {
    await delay(waitMs);
    const { values } = await readRunningSettings(address);
    missing = settings.filter(({ name, set }) => values.get(name) !== set).map(({ name }) => name);
    if (missing.length === 0) break;
  }
  return missing;
}

/** What postgresql.auto.conf holds of the settings; of two lines the last counts. */
async function readAutomatic(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    "SELECT name, setting FROM pg_file_settings WHERE sourcefile LIKE '%postgresql.auto.conf' AND name = ANY($1) ORDER BY seqno",
    [loggingSettings],
  );
  return new Map(rows.map(({ name, setting }) => [name, setting]));
}

async function restore(client: pg.Client, name: string, previous: string | null): Promise<void> {
  await client.query(
    previous === null
      ? `ALTER SYSTEM RESET ${name}`
      : `ALTER SYSTEM SET ${name} = ${client.escapeLiteral(previous)}`,
  );
}
