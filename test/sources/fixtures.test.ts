import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { SummaryDocument } from '../../src/core/report/summaryJson.ts';
import { checkout } from '../env/checkout.ts';
import { assertTells } from '../env/scenario/comparison.ts';
import { summaryByEngine } from '../env/scenario/product.ts';
import { recordingName, recordings } from '../env/scenario/recordings.ts';
import type { Truth } from '../env/scenario/truth.ts';

interface About {
  readonly run: string;
  readonly version: string;
  readonly format: string;
  readonly locale?: string;
  readonly files: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly namesAreAmbiguous: boolean;
  readonly hostsAreUnlogged?: boolean;
}

const fixtures = join(checkout, 'test', 'fixtures');
const names = recordings.flatMap((each) => each.formats.map((format) => recordingName(each, format))).sort();

const read = (name: string, file: string): unknown =>
  JSON.parse(readFileSync(join(fixtures, name, file), 'utf8'));
const aboutOf = (name: string): About => read(name, 'about.json') as About;

const summaries = new Map<string, Promise<SummaryDocument>>();
function summaryOf(name: string): Promise<SummaryDocument> {
  const files = aboutOf(name).files.map((file) => join(fixtures, name, file));
  const summary = summaries.get(name) ?? summaryByEngine(files);
  summaries.set(name, summary);
  return summary;
}

describe('the recorded logs', () => {
  it('are those of `npm run record`, and many', () => {
    const there = new Set(readdirSync(fixtures));
    assert.deepEqual(
      names.filter((name) => !there.has(name)),
      [],
    );
    assert.ok(names.length >= 120);
  });

  for (const name of names) {
    it(`${name} is read as what really happened`, async () => {
      const about = aboutOf(name);
      const truth = read(name, 'truth.json') as Truth;
      const summary = await summaryOf(name);
      assertTells(summary, truth, about);
      assert.equal(summary.log.format, about.format);
      assert.equal(summary.log.skipped, 0);
      // The collector of PostgreSQL 12 gets to work after the server has said its version.
      const saysItsVersion = !about.version.startsWith('12.') && truth.beginsLate !== true;
      if (saysItsVersion) assert.equal(summary.log.serverVersion, about.version);
    });
  }

  after(() => console.log(matrix()));
});

describe('two formats of one run', () => {
  const runs = Map.groupBy(names, (name) => aboutOf(name).run);
  for (const [run, [first = '', ...others]] of runs) {
    for (const other of others)
      it(`tell the same sessions: ${first}, ${other}`, async () => {
        const told = await Promise.all([first, other].map(summaryOf));
        const [one, two] = told.map((summary) => sessionsOf(summary, !aboutOf(first).namesAreAmbiguous));
        assert.deepEqual(one, two, run);
      });
  }
});

/** What a summary says of sessions that every format can say. */
function sessionsOf(summary: SummaryDocument, names: boolean): unknown {
  const { connects, disconnects, lost, failed, replicationConnects, activeIs } = summary;
  return {
    ...{ connects, disconnects, lost, failed, replicationConnects, activeIs },
    active: summary.active
      .map(({ pid, user, database, application, host, port }) =>
        names ? [pid, user, database, application, host, port] : [pid],
      )
      .sort((a, b) => Number(a[0]) - Number(b[0])),
    // written by processes of their own, they may stand in another order
    failures: byPid(summary.failures),
    endings: byPid(summary.endings),
  };
}

function byPid(troubles: SummaryDocument['failures']): unknown[] {
  return troubles
    .map(({ pid, kind, message }) => [pid, kind, message])
    .sort((a, b) => Number(a[0]) - Number(b[0]));
}

/** How many cases there are of each version and format, of each prefix and of each language. */
function matrix(): string {
  const abouts = names.map(aboutOf);
  const formats = ['stderr', 'csv', 'json'];
  const majors = [...new Set(abouts.map(({ version }) => version.split('.')[0] ?? ''))].sort();
  const count = (of: (about: About) => boolean): string => String(abouts.filter(of).length).padStart(8);
  const table = majors.map((major) =>
    [
      `  ${major}`,
      ...formats.map((format) =>
        count((about) => about.version.startsWith(`${major}.`) && about.format === format),
      ),
    ].join(''),
  );
  const counted = (value: (about: About) => string | undefined): string =>
    [...Map.groupBy(abouts, value)]
      .filter(([key]) => key !== undefined)
      .map(([key, list]) => `    ${JSON.stringify(key)} ${list.length}`)
      .join('\n');
  return [
    `\n  ${abouts.length} recorded cases`,
    `    ${formats.map((format) => format.padStart(8)).join('')}`,
    ...table,
    '  log_line_prefix of those in stderr:',
    counted(({ format, settings }) => (format === 'stderr' ? settings['log_line_prefix'] : undefined)),
    '  languages (recorded with 15; 13, 17 and 18 are read from their catalogs, see translations.test.ts):',
    counted(({ locale }) => locale ?? 'en'),
  ].join('\n');
}
