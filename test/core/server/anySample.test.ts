import assert from 'node:assert/strict';
import { jsonText } from '../../../src/core/report/jsonText.ts';
import { serverCsv } from '../../../src/core/report/serverCsv.ts';
import { serverDocument } from '../../../src/core/report/serverJson.ts';
import { serverMarkdown } from '../../../src/core/report/serverMarkdown.ts';
import { serverReportOf } from '../../../src/core/report/serverReport.ts';
import { serverText } from '../../../src/core/report/serverText.ts';
import { ActivityHistory } from '../../../src/core/server/activityHistory.ts';
import type { Backend, BackendState } from '../../../src/core/server/activity.ts';
import { defaultThresholds } from '../../../src/core/server/finding.ts';
import { hostile } from '../reportSample.ts';
import { assertFollowsSchema } from '../schemas.ts';
import { ago, backend, hour, sampleOf, serverAt } from './activitySample.ts';

let seed = 20_260_301;
const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
const oneOf = <T>(values: readonly T[]): T => values[random(values.length)]!;
const instant = (): number | undefined => oneOf([undefined, ago(random(40 * hour)), serverAt + random(5000)]);
const states: (BackendState | undefined)[] = [
  ...(['active', 'idle', 'idle in transaction', 'idle in transaction (aborted)'] as const),
  ...(['fastpath function call', 'disabled', 'starting'] as const),
  undefined,
];
const names = ['app', 'a · b', '', '__proto__', 'constructor', '=cmd()', '|x|', 'é😀', hostile, undefined];

/** Any row that a server could answer with, and some that none would. */
const anyBackend = (pid: number): Backend =>
  backend(pid, {
    backendType: oneOf([
      'client backend',
      'client backend',
      'walsender',
      'parallel worker',
      'pg_cron launcher',
    ]),
    user: oneOf(names),
    database: oneOf(names),
    applicationName: oneOf(names),
    clientAddress: oneOf(['[local]', '10.0.0.7', 'fe80::1', undefined]),
    state: oneOf(states),
    backendStartAt: instant(),
    transactionStartAt: instant(),
    queryStartAt: instant(),
    stateChangeAt: instant(),
    waitEventType: oneOf(['Lock', 'Client', undefined]),
    query: oneOf(['refresh', hostile, '', undefined]),
    blockedBy: Array.from({ length: random(3) }, () => random(30)),
  });

describe('any sample', () => {
  for (let round = 0; round < 60; round++)
    it(`${round}: is told within its bounds, in every format`, () => {
      const backends = Array.from({ length: random(60) }, (_, index) => anyBackend(index + 1));
      const facts = {
        maxConnections: 1 + random(80),
        superuserReservedConnections: random(4),
        limits: [{ kind: 'user' as const, name: 'app', limit: random(9) - 1 }],
      };
      const sample = sampleOf(backends, { facts });
      const history = new ActivityHistory();
      history.add(sample);
      const report = serverReportOf(sample, defaultThresholds, history, { isFull: random(4) === 0 });
      const { overview, findings } = report;
      assert.ok(overview.active + overview.idle + overview.idleInTransaction <= overview.total);
      assert.equal(overview.total + overview.background, backends.length);
      assert.ok(overview.utilization >= 0 && overview.utilization <= 1);
      const pids = new Set(backends.map(({ pid }) => pid));
      for (const finding of findings) {
        assert.ok(Number.isFinite(finding.value) && Number.isFinite(finding.threshold));
        // whom somebody waits for may be gone already
        if (finding.kind !== 'blocked') assert.ok(finding.pids.every((pid) => pids.has(pid)));
      }
      const identities = findings.map(({ kind, subject }) => `${kind} ${subject}`);
      assert.equal(new Set(identities).size, identities.length);
      assertFollowsSchema('server', jsonText(serverDocument(report)));
      for (const text of [
        serverText(report, { colour: false }),
        serverMarkdown(report, true),
        serverCsv(report, true),
      ])
        // eslint-disable-next-line no-control-regex
        assert.doesNotMatch(text, /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u202e]/u);
    });
});
