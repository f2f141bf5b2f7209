import { parseCounters } from './countersMessage.ts';
import { parseExhaustion } from './exhaustionMessage.ts';
import { parseHikari } from './hikariMessage.ts';
import type { PoolMessage } from './poolSample.ts';
import { parseSqlalchemy } from './sqlalchemyMessage.ts';

/** A cheap look that nearly every line of an application's log does not pass. */
const maybe = /pool|connection|Connection|timeout exceeded|waiting for a slot|DBStats/i;

/** What one line of an application's log says of a pool of connections, whatever stands before it. */
export function parsePoolMessage(text: string): PoolMessage | undefined {
  if (!maybe.test(text)) return undefined;
  return parseSqlalchemy(text) ?? parseHikari(text) ?? parseExhaustion(text) ?? parseCounters(text);
}
