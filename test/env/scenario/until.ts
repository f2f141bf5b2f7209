import { setTimeout as delay } from 'node:timers/promises';

const boundMs = 20_000;

/**
 * Asks until there is an answer, and gives it; fails, naming what was waited for, after 20 s. Who is asked is left alone
 * for `pauseMs` in between: more, where to answer costs them much.
 */
export async function until<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  pauseMs = 5,
): Promise<T> {
  const deadline = Date.now() + boundMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await delay(pauseMs);
  }
}
