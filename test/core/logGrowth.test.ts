import assert from 'node:assert/strict';
import { metricFamilies, type MetricFamily } from '../../src/core/report/metricFamilies.ts';
import { LogGrowth } from '../../src/core/session/logGrowth.ts';
import { metricsText } from '../../src/engine/metricsServer.ts';
import type { LogFold } from '../../src/engine/logFold.ts';
import { ServerLines } from '../engine/engineWorld.ts';
import { folded, pour } from './folded.ts';

/** More of a log, understood to its end. */
function tell(fold: LogFold, text: string): void {
  pour(fold.log, Buffer.from(text));
  fold.log.caughtUp();
  fold.log.settle();
  fold.finish();
}

describe('what a log has told since it is looked at', () => {
  it('begins with 0, grows, and never shrinks when a connect is taken back', () => {
    const lines = new ServerLines();
    const fold = folded(lines.connect({ pid: 8 }) + lines.refuse(9));
    const growth = new LogGrowth();
    growth.look(fold.state);
    assert.deepEqual([growth.totals.connects, growth.totals.failures], [0, 0]);
    tell(fold, lines.connect({ pid: 10 }));
    growth.look(fold.state);
    assert.equal(growth.totals.connects, 1);
    // it was refused after all: no connect, and one more to come does not count twice
    tell(fold, lines.line(10, 'FATAL:  database "shop" does not exist'));
    growth.look(fold.state);
    assert.deepEqual([growth.totals.connects, growth.totals.failures], [1, 1]);
    assert.deepEqual([...growth.byKind('failure')], [['unknownDatabase', 1]]);
    assert.equal(fold.state.everything.totals.connects, 1);
  });

  it('goes on when the log is read anew, and when it rests in between', () => {
    const lines = new ServerLines();
    const growth = new LogGrowth();
    const first = folded(lines.start());
    growth.look(first.state);
    tell(first, lines.refuse(9));
    growth.look(first.state);
    growth.rest();
    growth.look(folded(lines.refuse(10) + lines.refuse(11)).state);
    assert.equal(growth.totals.failures, 1);
  });
});

describe('the text of a scrape', () => {
  const family = (labels: Record<string, string>): MetricFamily => ({
    ...{ name: 'pgconnections_x', help: 'x', kind: 'gauge', labels: Object.keys(labels) },
    samples: [{ labels, value: 1 }],
  });

  it('escapes what a label may hold', async () => {
    const text = await metricsText(
      [family({ user: 'a"b\\c\nd' })],
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
    assert.equal(
      text,
      '# HELP pgconnections_x x\n# TYPE pgconnections_x gauge\npgconnections_x{user="a\\"b\\\\c\\nd"} 1\n# EOF\n',
    );
  });

  it('counts names together that would be the same label, and is whole Unicode', () => {
    const session = (database: string): object => ({ key: '', replication: false, database });
    const sessions = ['\ud800', '\udfff', 'a'.repeat(200), 'a'.repeat(300)].map(session) as never;
    const log = {
      ...{ log: 'x', following: true, lagMs: 0, newestAt: undefined, isExact: true, sessions },
      growth: new LogGrowth(),
    };
    const [open] = metricFamilies([log]);
    assert.deepEqual(
      open?.samples.map(({ labels, value }) => [labels['database']?.length, value]),
      [
        [128, 2],
        [1, 2],
      ],
    );
  });
});
