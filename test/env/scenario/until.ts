import { setTimeout as delay } from 'node:timers/promises';

const boundMs = 20_000;
const pauseMs = 5;

/** Asks until there is an answer, and gives it; fails, naming what was waited for, after 20 s. */
export async function until<T>(what: string, ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + boundMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await delay(pauseMs);
  }
}
