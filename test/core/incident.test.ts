import assert from 'node:assert/strict';
import { explainFailure } from '../../src/core/connection/failure.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import { incidentOf, type Incident } from '../../src/core/session/incident.ts';
import { peakOf, type TimeWindow } from '../../src/core/session/peak.ts';
import { incidentText } from '../../src/engine/incidentText.ts';
import type { LogFold } from '../../src/engine/logFold.ts';
import { ServerLines } from '../engine/engineWorld.ts';
import { folded } from './folded.ts';

const minute = 60_000;
const noon = Date.UTC(2026, 0, 5, 12);
const at = (fold: LogFold, window: TimeWindow = {}): Incident =>
  incidentOf(fold.state, window, explainFailure);

/** An hour: three sessions, a burst of failures, a crash, and a start. */
function hour(): string {
  const lines = new ServerLines(noon);
  const texts = [
    lines.start(),
    lines.connect({ pid: 10, application: 'worker' }),
    lines.pass(10 * minute).connect({ pid: 11 }),
    lines.connect({ pid: 12, user: 'report', database: 'sales' }),
    lines
      .pass(minute)
      .line(11, 'LOG:  disconnection: session time: 0:01:00.005 user=app database=shop host=[local]'),
    lines.pass(9 * minute).refuse(20, 'eve'),
    ...Array.from({ length: 5 }, (_, index) =>
      lines.pass(1000).refuse(21 + index, index < 3 ? 'mallory' : 'eve'),
    ),
    lines
      .pass(10 * minute)
      .line(1, 'LOG:  server process (PID 12) was terminated by signal 11: Segmentation fault'),
    lines.line(1, 'LOG:  terminating any other active server processes'),
    lines.line(1, 'LOG:  all server processes terminated; reinitializing'),
    lines.pass(10 * minute).start(),
    lines.connect({ pid: 30 }),
  ];
  return texts.join('');
}

describe('an incident', () => {
  it('has its peak, and who held the connections then', () => {
    const { peak, totals } = at(folded(hour()));
    assert.equal(peak.active, 3);
    assert.equal(new Date(peak.at ?? 0).toISOString(), '2026-01-05T12:10:00.008Z');
    assert.deepEqual(peak.holders?.user, [
      { name: 'app', count: 2 },
      { name: 'report', count: 1 },
    ]);
    assert.deepEqual(peak.holders.application, [
      { name: 'web', count: 2 },
      { name: 'worker', count: 1 },
    ]);
    assert.deepEqual([totals.connects, totals.disconnects, totals.lost, totals.failures], [4, 1, 2, 6]);
  });

  it('is told in the order of its moments', () => {
    const { moments } = at(folded(hour()));
    assert.deepEqual(
      moments.map(({ what, count, at: from }) => [what, count, Math.floor((from - noon) / minute)]),
      [
        ['started', 1, 0],
        ['peak', 3, 10],
        ['burst', 6, 20],
        ['problem', 1, 30],
        ['lost', 2, 30],
        ['recovered', 1, 30],
        ['started', 1, 40],
      ],
    );
  });

  it('counts by reason, with the first and the last, and whom it concerned', () => {
    const { reasons } = at(folded(hour()));
    const [password, ...others] = reasons.failure;
    assert.deepEqual(others, []);
    assert.equal(password?.kind, 'password');
    assert.equal(password.count, 6);
    assert.equal((password.lastAt ?? 0) - (password.firstAt ?? 0), 5015);
    assert.deepEqual(
      password.clients.map(({ user, host, count }) => [user, host, count]),
      [
        ['eve', '10.0.0.7', 3],
        ['mallory', '10.0.0.7', 3],
      ],
    );
  });

  it('is of its window only: what was open at its begin may be the most', () => {
    const fold = folded(hour());
    const quiet = at(fold, { fromAt: noon + 10.5 * minute, toAt: noon + 15 * minute });
    assert.deepEqual([quiet.peak.active, quiet.peak.at], [3, noon + 10.5 * minute]);
    assert.deepEqual([quiet.totals.connects, quiet.totals.disconnects], [0, 1]);
    assert.deepEqual(quiet.reasons.failure, []);
    const late = at(fold, { fromAt: noon + 35 * minute });
    assert.deepEqual(late.peak.holders?.database, [{ name: 'shop', count: 1 }]);
    const early = at(fold, { toAt: noon + minute });
    assert.deepEqual(
      [early.peak.active, early.peak.holders?.application],
      [1, [{ name: 'worker', count: 1 }]],
    );
  });

  it('is seen through the filter', () => {
    const fold = folded(hour());
    fold.state.look({ ...noFilter, user: ['report'] }, undefined);
    const { peak, reasons } = at(fold);
    assert.deepEqual([peak.active, peak.holders?.user], [1, [{ name: 'report', count: 1 }]]);
    assert.deepEqual(reasons.failure, []);
  });

  it('knows how many there were at a peak whose events are no longer kept, and says that it does not know who', () => {
    const lines = new ServerLines(noon);
    const pids = Array.from({ length: 30 }, (_, index) => 100 + index);
    const crowd = [
      ...pids.map((pid) => lines.connect({ pid })),
      ...pids.map((pid) => lines.pass(minute).disconnect({ pid })),
    ].join('');
    const { peak } = at(folded(crowd, { memoryEvents: 10 }));
    assert.deepEqual([peak.active, peak.at, peak.holders], [30, noon, undefined]);
    assert.equal(peakOf(folded(crowd).state, {}).holders?.user[0]?.count, 30);
  });
});

describe('an incident note', () => {
  const plain = { masked: false, timeZone: 'UTC' };
  const noteOf = (fold: LogFold, style = plain): string =>
    incidentText(fold, {}, style, explainFailure, { maxConnections: 100, usable: 97 });

  it('counts a peak that reached into the reserve against all connections', () => {
    const limits = { maxConnections: 5, usable: 2 };
    const note = incidentText(folded(hour()), {}, plain, explainFailure, limits);
    assert.match(
      note,
      /Peak: 3 open sessions at .* of 5 \(max.{1,2}connections; ordinary roles can have 2\)/,
    );
  });

  it('is Markdown with a section for each question', () => {
    const fold = folded(hour(), { settings: { logConnections: 'on', logDisconnections: true } });
    const note = noteOf(fold);
    assert.deepEqual(
      [...note.matchAll(/^#+ .*$/gm)].map(([line]) => line),
      [
        '# Incident note: PostgreSQL connections',
        '## Timeline',
        '## Who held the connections at the peak',
        '## Refused logins',
        '## Problems of the server',
        '## Settings',
      ],
    );
    for (const line of [
      '- Log: server.log (PostgreSQL 16.4, stderr)',
      '- Window: 2026-01-05 12:00:00 to 12:40:05 (UTC)',
      '- Peak: 3 open sessions at 2026-01-05 12:10:00 of 97 that ordinary roles can have',
      '| 2026-01-05 12:10:00 | Peak: 3 open sessions |',
      '| report | 1 |',
      '| max\\_connections | 100 |',
      '| log\\_disconnections | on |',
    ])
      assert.ok(note.includes(`${line}\n`), `${line}\n---\n${note}`);
    assert.match(
      note,
      /\| 6 \| 2026-01-05 12:20:00 \| 2026-01-05 12:20:05 \| eve from 10\.0\.0\.7 ×3; mallory from/,
    );
    assert.match(
      note,
      /\| 2026-01-05 12:30:05 to 12:30:05 \| 2 sessions lost|\| 2026-01-05 12:30:05 \| 2 sessions lost/,
    );
  });

  it('says how far the number at the peak can be trusted', () => {
    const peakIn = (text: string): string | undefined => /^- Peak: .*$/m.exec(noteOf(folded(text)))?.[0];
    const lines = new ServerLines(noon);
    const late = lines.connect({ pid: 10 }) + lines.connect({ pid: 11 }) + lines.disconnect({ pid: 11 });
    assert.match(peakIn(late) ?? '', /: 2 open sessions .* \(at least; the log does not tell of all\)$/);
    const endless = Array.from({ length: 30 }, (_, index) => lines.connect({ pid: 20 + index })).join('');
    assert.match(
      peakIn(endless) ?? '',
      /: 30 open sessions .* \(not known: the log does not tell when sessions end\)$/,
    );
    assert.match(
      peakIn(lines.start()) ?? '',
      /: 0 open sessions .* \(not known: the log does not tell who is connected\)$/,
    );
  });

  it('masks every name alike wherever it stands, and leaves messages and paths out', () => {
    const note = noteOf(folded(hour()), { ...plain, masked: true });
    for (const secret of [
      'eve',
      'mallory',
      'report',
      'shop',
      'sales',
      'worker',
      'web',
      '10.0.0.7',
      'server.log',
    ])
      assert.doesNotMatch(note, new RegExp(`\\b${secret.replaceAll('.', '\\.')}\\b`), secret);
    const [, eve] = /\| (user-\d) from host-1 ×3;/.exec(note) ?? [];
    assert.ok(eve !== undefined, note);
    assert.match(note, /\| user-1 \| 2 \|/);
    assert.match(note, /^- Log: 1 file \(PostgreSQL 16\.4, stderr\)$/m);
  });

  it('shows hostile names as text: no markup, no control character', () => {
    const lines = new ServerLines(noon);
    const user = 'x|<b>`[a](http://evil.example) @everyone\u001b[2J';
    const note = noteOf(folded(lines.connect({ pid: 7, user }) + lines.refuse(8, user)));
    // eslint-disable-next-line no-control-regex -- that is what must not be there
    assert.doesNotMatch(note, /[\u0000-\u0009\u000b-\u001f]|<b>|(?<!\\)\[a\]|http:\/\/|@everyone/);
    assert.match(note, /\| x\\\|\\<b\\>/);
  });
});
