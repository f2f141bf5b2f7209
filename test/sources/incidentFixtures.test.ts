import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainFailure } from '../../src/core/connection/failure.ts';
import { incidentOf } from '../../src/core/session/incident.ts';
import { nameCounts } from '../../src/core/session/nameCounts.ts';
import type { LogState } from '../../src/core/session/logState.ts';
import { dimensions, type Dimension } from '../../src/core/session/filter.ts';
import type { NameCount } from '../../src/core/snapshot/openSessions.ts';
import { readLog } from '../../src/engine/readLog.ts';
import { checkout } from '../env/checkout.ts';
import type { TrueTrouble, Truth } from '../env/scenario/truth.ts';

const fixtures = join(checkout, 'test', 'fixtures');
/** A story of every kind that changes who is in: in each format, of the oldest and the newest version that has it. */
const names = readdirSync(fixtures).filter((name) =>
  /^1[268]-(?:stderr|csv|json)-(?:lively|crash|immediateRestart|fastRestart|everyday|failedLogins|endedSessions)$/.test(
    name,
  ),
);

const bySqlState = (troubles: readonly Pick<TrueTrouble, 'sqlState'>[]): NameCount[] =>
  nameCounts(troubles.map(({ sqlState }) => sqlState));

/** The most that were in at once, and who, told forwards from nobody: another way than that of peakOf. */
function peakForwards(state: LogState): { active: number; holders: Record<Dimension, NameCount[]> } {
  const open: Readonly<Record<Dimension, string | undefined>>[] = [];
  let most: typeof open = [];
  for (const { kind, names: who, replication, connectSeen, wasLost } of [...state.newestEvents()].reverse()) {
    if (replication) continue;
    const isGone =
      kind === 'lost' || (kind === 'disconnect' && connectSeen) || (kind === 'takenBack' && !wasLost);
    if (kind === 'connect' || (kind === 'takenBack' && wasLost)) open.push(who);
    else if (isGone) {
      const index = open.findIndex((each) =>
        dimensions.every((dimension) => each[dimension] === who[dimension]),
      );
      assert.ok(index >= 0, `nobody of ${JSON.stringify(who)} is in`);
      open.splice(index, 1);
    }
    if (open.length > most.length) most = [...open];
  }
  const holders = Object.fromEntries(
    dimensions.map((dimension) => [dimension, nameCounts(most.map((each) => each[dimension]))]),
  ) as Record<Dimension, NameCount[]>;
  return { active: most.length, holders };
}

describe('the incident of a recorded log', () => {
  for (const name of names) {
    it(`${name} has its troubles by reason, and its peak`, async () => {
      const read = (file: string): unknown => JSON.parse(readFileSync(join(fixtures, name, file), 'utf8'));
      const { files, format } = read('about.json') as { files: string[]; format: string };
      const truth = read('truth.json') as Truth;
      const paths = files.map((file) => join(fixtures, name, file));
      const { state } = await readLog({ place: { kind: 'files', paths }, settings: {} });
      const { peak, reasons, totals } = incidentOf(state, {}, explainFailure);
      const count = (rows: readonly { readonly count: number }[]): number =>
        rows.reduce((sum, row) => sum + row.count, 0);
      assert.deepEqual(
        [totals.connects, totals.disconnects, totals.lost, count(reasons.failure), count(reasons.ending)],
        [truth.connects, truth.disconnects, truth.lost, truth.failed.length, truth.endings.length],
      );
      if (format !== 'stderr') {
        const told = reasons.failure.flatMap(({ sqlState, count: times }) =>
          Array.from({ length: times }, () => ({ sqlState: sqlState ?? '' })),
        );
        assert.deepEqual(bySqlState(told), bySqlState(truth.failed));
      }
      assert.deepEqual({ active: peak.active, holders: peak.holders }, peakForwards(state));
      const history = state.seen.timeline.history({ bucketMinutes: 1, limit: 10_000 });
      assert.equal(peak.active, Math.max(...history.maxActive));
    });
  }
});
