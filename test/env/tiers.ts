import { isLong } from './breadth.ts';

/** A group of tests that needs the same things and runs in a process of its own. */
export interface Tier {
  readonly name: string;
  /** Its test files, from the checkout. */
  readonly patterns: readonly string[];
  /** The script that runs them; by default mocha in Node. */
  readonly script?: string;
  /** For each test and hook; a tier shares the processors with another (run.ts). */
  readonly testBoundMs: number;
  /** After this the whole tier is ended, and has failed. */
  readonly boundMs: number;
}

const secondMs = 1_000;
/** All that `npm run test:long` varies takes longer. */
const minuteMs = (isLong ? 4 : 1) * 60 * secondMs;

/** All tiers, cheapest first: `npm test` runs them in this order. */
export const tiers: readonly Tier[] = [
  {
    name: 'core',
    patterns: ['test/*.test.ts', 'test/{core,engine,bench}/**/*.test.ts'],
    testBoundMs: 10 * secondMs,
    boundMs: 5 * minuteMs,
  },
  {
    name: 'sources',
    patterns: ['test/sources/**/*.test.ts'],
    testBoundMs: 10 * secondMs,
    boundMs: 5 * minuteMs,
  },
  {
    name: 'fuzz',
    patterns: ['test/fuzz/**/*.test.ts'],
    testBoundMs: minuteMs,
    boundMs: 3 * minuteMs,
  },
  {
    name: 'servers',
    patterns: ['test/servers/**/*.test.ts'],
    testBoundMs: minuteMs,
    boundMs: 10 * minuteMs,
  },
  {
    name: 'host',
    patterns: ['test/host/**/*.test.ts'],
    script: 'test/env/hostRun.ts',
    testBoundMs: minuteMs,
    boundMs: 5 * minuteMs,
  },
  {
    name: 'browser',
    patterns: ['test/browser/**/*.test.ts'],
    testBoundMs: minuteMs,
    boundMs: 10 * minuteMs,
  },
];
