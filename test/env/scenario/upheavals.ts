import type { Crowd } from './crowd.ts';
import { logDestinations, logText } from './logFiles.ts';
import { until } from './until.ts';
import { comeAndGo, loginOf, stay } from './visits.ts';
import { Refusal } from './visitor.ts';

/** One backend is killed, which ends all the others without a word; the server recovers and people come again. */
export async function crash(crowd: Crowd): Promise<void> {
  const { formats, isCollected } = await logDestinations(await crowd.observer());
  // Only to know when to come again: logins during the recovery may be cut off without an answer.
  const recoveries = (): number =>
    logText(crowd.server, formats[0]!, isCollected).split('database system is ready to accept').length;
  const before = recoveries();
  const [victim] = await stay(crowd, 4);
  process.kill(victim!.pid, 'SIGKILL');
  await allGone(crowd);
  await until('the server has recovered', () => (recoveries() > before ? true : undefined));
  await stay(crowd, 5);
}

/** The server stops without asking anybody, and starts again. */
export async function immediateRestart(crowd: Crowd): Promise<void> {
  await stay(crowd, 4);
  await crowd.server.restart('immediate');
  await allGone(crowd);
  await stay(crowd, 5);
}

/** The server waits for its clients, turns new ones away, then sends all home; then it starts again. */
export async function fastRestart(crowd: Crowd): Promise<void> {
  await stay(crowd, 4);
  const stopped = crowd.server.stop('smart');
  await until('new clients are turned away', async () => {
    const outcome = await crowd.knock(loginOf(0));
    if (outcome instanceof Refusal) return true;
    await outcome.leave();
    return undefined;
  });
  await crowd.server.stop('fast');
  await stopped;
  await allGone(crowd);
  await crowd.server.start();
  await stay(crowd, 5);
}

/**
 * The log is rotated while people come and go: until each of so many files is begun or, where its name does not
 * change, so many times.
 */
export async function rotation(crowd: Crowd, connectsPerFile: number, files: number): Promise<void> {
  await stay(crowd, 3);
  for (let file = 1; file < files; file++) {
    await Promise.all([comeAndGo(crowd, connectsPerFile), rotate(crowd)]);
  }
  await comeAndGo(crowd, connectsPerFile);
}

async function rotate(crowd: Crowd): Promise<void> {
  const observer = await crowd.observer();
  const fileName = async (): Promise<string | undefined> =>
    (await observer.query<{ name: string }>('select pg_current_logfile() as name'))[0]?.name;
  const [setting] = await observer.query<{ pattern: string }>(
    `select current_setting('log_filename') as pattern`,
  );
  const old = await fileName();
  await until('the log has a new file', async () => {
    await observer.query('select pg_rotate_logfile()');
    return !setting!.pattern.includes('%') || (await fileName()) !== old ? true : undefined;
  });
}

async function allGone(crowd: Crowd): Promise<void> {
  await Promise.all(crowd.open.map(({ closed }) => closed));
}
