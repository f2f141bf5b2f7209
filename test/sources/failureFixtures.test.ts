import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { failureTable } from '../../src/core/connection/failureTable.ts';
import { checkout } from '../env/checkout.ts';
import { assertTells } from '../env/scenario/comparison.ts';
import type { FailureTruth } from '../env/scenario/failureLedger.ts';
import { failureFixture, failureRecordings } from '../env/scenario/failureRecordings.ts';
import { summaryByEngine } from '../env/scenario/product.ts';

interface About {
  readonly format: string;
  readonly files: readonly string[];
}

const fixtures = join(checkout, 'test', 'fixtures');
const names = failureRecordings.flatMap((recording) =>
  recording.formats.map((format) => failureFixture(recording, format)),
);

const read = (name: string, file: string): unknown =>
  JSON.parse(readFileSync(join(fixtures, name, file), 'utf8'));

/** Of a panic's head, only the name of the thread is known beforehand; of a standby's trouble, not libpq's words. */
function knownPart(message: string): string {
  return message
    .replace(/^(thread '.*?')(?: \(\d+\))? panicked at [^]*$/, '$1')
    .replace(/(could not connect to the primary server): [^]*$/, '$1');
}

/** Kinds that no server here prints, and why; their messages are in test/core/failure.test.ts. */
const fromTable: Readonly<Record<string, string>> = {
  oauth: 'needs a validator library for 18',
  hostRejected: 'no setting leads to it',
  binaryUpgrade: 'only while pg_upgrade runs',
  walStreaming: 'no story breaks replication but by its password',
  archiver: 'no story archives',
  recoveryFailed: 'no story recovers from an archive',
  workerTerminated: 'is no trouble: recorded, and in no list',
  notAccepting: 'what its SQLSTATE says in words that nobody knows',
  tooManyConnections: 'the same',
  permissionDenied: 'the same',
  refused: 'the same',
  invalidMessage: 'the same',
};

describe('the recorded failures', () => {
  it('are of every kind that a server can be made to print', () => {
    const recorded = new Map<string, Set<string>>();
    for (const name of names)
      for (const { kind } of (read(name, 'truth.json') as FailureTruth).troubles)
        recorded.set(kind, (recorded.get(kind) ?? new Set()).add(name.split('-', 1)[0] ?? ''));
    const kinds = failureTable.map(({ kind }) => kind);
    for (const kind of kinds)
      console.log(`      ${kind}: ${[...(recorded.get(kind) ?? [])].join(' ') || fromTable[kind] || '?'}`);
    assert.deepEqual(
      kinds.filter((kind) => !recorded.has(kind)),
      kinds.filter((kind) => kind in fromTable),
    );
  });

  it('are all there', () => {
    const recorded = new Set(readdirSync(fixtures));
    assert.deepEqual(
      names.filter((name) => !recorded.has(name)),
      [],
    );
  });

  for (const name of names) {
    it(`${name} are told apart as they were provoked`, async () => {
      const about = read(name, 'about.json') as About;
      const truth = read(name, 'truth.json') as FailureTruth;
      const summary = await summaryByEngine(about.files.map((file) => join(fixtures, name, file)));
      const told = [
        ...summary.failures.map(({ kind, message }) => ({ category: 'failure', kind, message })),
        ...summary.endings.map(({ kind, message }) => ({ category: 'ending', kind, message })),
        ...summary.problems.map(({ kind, message }) => ({ category: 'problem', kind, message })),
      ];
      const happened = truth.troubles.filter(({ isRaw }) => isRaw !== true || about.format === 'stderr');
      const lines = (list: readonly { category: string; kind: string; message: string }[]): string[] =>
        list.map(({ category, kind, message }) => `${category} ${kind}: ${knownPart(message)}`).sort();
      assert.deepEqual(lines(told), lines(happened));
      assertTells(summary, truth);
      assert.equal(summary.log.format, about.format);
      assert.equal(summary.log.skipped, 0);
    });
  }
});
