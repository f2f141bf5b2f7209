import { noFilter } from '../../src/core/session/filter.ts';
import type { EngineSettings } from '../../src/protocol/logQuestions.ts';
import type { SoakClient } from './soakClient.ts';
import type { SoakLog } from './soakLog.ts';

const settings: EngineSettings = {
  logLinePrefix: 'auto',
  timeZone: 'auto',
  historyWindowMinutes: 60,
  historyBucketMinutes: 15,
  memoryEvents: 20_000,
  feedRows: 500,
  mute: [{ kind: 'password', user: 'robot 1*' }],
};

/** A log, the source that follows it, and what is asked of the engine about it. */
export interface Soaked {
  readonly log: SoakLog;
  readonly client: SoakClient;
  readonly target: string;
  sourceId: string;
}

/** Begins to follow, or does so again where a checkpoint left off. */
export async function follow(soaked: Soaked): Promise<void> {
  const ask = { target: { path: soaked.target }, settings };
  const { status } = await soaked.client.ask('follow', ask);
  soaked.sourceId = status.sourceId;
}

export async function caughtUp({ client, sourceId, log }: Soaked): Promise<void> {
  await client.caughtUp(sourceId, log.truth);
}

/** What happens to a log and to who follows it, by name. Each leaves it followed, and caught up or on the way there. */
export const stories: Readonly<Record<string, (soaked: Soaked) => Promise<void>>> = {
  'sessions come and go': async ({ log }) => {
    log.churn(5000);
    await Promise.resolve();
  },
  'logins are refused': async ({ log }) => {
    log.storm(2000);
    await Promise.resolve();
  },
  'the server is restarted': async ({ log }) => {
    log.come(500);
    log.restart();
    await Promise.resolve();
  },
  'it is paused, rotated twice, and resumed': async (soaked) => {
    const { client, sourceId, log } = soaked;
    await client.ask('pause', { sourceId, paused: true });
    log.churn(200);
    rotate(soaked);
    log.churn(200);
    rotate(soaked);
    log.churn(200);
    await client.ask('pause', { sourceId, paused: false });
  },
  'it is copied and truncated': async (soaked) => {
    await caughtUp(soaked);
    soaked.log.copyTruncate();
    soaked.log.churn(200);
  },
  'another filter is set, and none': async ({ client, sourceId, log }) => {
    await client.ask('setFilter', { sourceId, filter: { ...noFilter, application: ['job *7'] } });
    log.churn(200);
    await client.ask('setFilter', { sourceId, filter: noFilter });
  },
  'everything is asked': async ({ client, sourceId }) => {
    const page = { sourceId, dimension: 'application', from: 0, limit: 200 } as const;
    await client.ask('groups', { sourceId, dimension: 'application', limit: 1000 });
    const { sessions } = await client.ask('sessions', { ...page, name: 'job 1' });
    await client.ask('session', { sourceId, key: sessions[0]?.key ?? 'none' });
    await client.ask('troubles', { sourceId });
    for (const scope of ['hour', 'day', 'restart', 'all'] as const)
      await client.ask('dashboard', { sourceId, scope });
    await client.ask('summaryText', { sourceId });
    await client.ask('statusText', { sourceId });
    await client.ask('markSeen', { sourceId });
  },
  'it is cleared, and not': async (soaked) => {
    const { client, sourceId } = soaked;
    await caughtUp(soaked);
    await client.ask('clear', { sourceId });
    await client.ask('undoClear', { sourceId });
  },
  'it is left, and followed again from the checkpoint': async (soaked) => {
    await soaked.client.ask('unfollow', { sourceId: soaked.sourceId });
    soaked.log.churn(300);
    await follow(soaked);
  },
};

let names = 0;

function rotate({ log, target }: Soaked): void {
  if (target !== log.directory) log.rename();
  else log.newName(`postgresql-2026-11-20_${String(100_000 + (names += 1))}.log`);
}
