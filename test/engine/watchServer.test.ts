import assert from 'node:assert/strict';
import type { FullServerDocument } from '../../src/core/report/fullServer.ts';
import type { ServerDocument } from '../../src/core/report/serverJson.ts';
import { renderSentence, sentence } from '../../src/core/sentence.ts';
import type { ActivitySample } from '../../src/core/server/activity.ts';
import { defaultThresholds } from '../../src/core/server/finding.ts';
import { type ServerTelling, watchServer } from '../../src/engine/watchServer.ts';
import { type LiveServer, ServerProblem } from '../../src/sources/server/liveServer.ts';
import { assertFollowsSchema } from '../core/schemas.ts';
import { crowd, sampleOf } from '../core/server/activitySample.ts';

type Answer = ActivitySample | Error;

/** A server that gives these answers, one a poll; the user has had enough after the last. */
async function told(answers: readonly Answer[], telling: Partial<ServerTelling> = {}) {
  const enough = new AbortController();
  const left = [...answers];
  const printed: string[] = [];
  const warned: string[] = [];
  let closed = 0;
  const never = (): Promise<never> => Promise.reject(new Error('nobody asks for that'));
  const server: LiveServer = {
    label: 'postgres@127.0.0.1:5432',
    poll: () => {
      const answer = left.shift();
      if (left.length === 0) setImmediate(() => enough.abort());
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? sampleOf([]));
    },
    preview: never,
    end: never,
    clientProcess: never,
    close: () => {
      closed += 1;
      return Promise.resolve();
    },
  };
  const outcome = await watchServer(server, {
    json: false,
    watch: true,
    intervalMs: 0,
    thresholds: defaultThresholds,
    signal: enough.signal,
    colour: false,
    redraw: false,
    print: (text) => printed.push(text),
    warn: (warnings) => warned.push(...warnings.map(renderSentence)),
    ...telling,
  }).catch((error: unknown) => error);
  assert.equal(closed, 1, 'closed once, however it ended');
  return { outcome, printed, warned };
}

const full = () =>
  new ServerProblem('full', sentence('The server is full.'), {
    ...{ host: '127.0.0.1', port: 5432, user: 'app' },
    ...{ sqlState: '53300', message: 'sorry, too many \u001b[2Jclients already' },
  });
const gone = () => new ServerProblem('unreachable', sentence('Nobody answers.'));
const quiet = sampleOf(crowd(2));
const crowded = sampleOf(crowd(95));

describe('watching a server', () => {
  it('ends with what the last answer was: 0, or 3 for something critical', async () => {
    assert.equal((await told([quiet, quiet])).outcome, 0);
    assert.equal((await told([quiet, crowded])).outcome, 3);
    assert.equal((await told([crowded, quiet])).outcome, 0);
  });

  it('asks once without --watch', async () => {
    const { outcome, printed } = await told([quiet, quiet], { watch: false });
    assert.deepEqual([outcome, printed.length], [0, 1]);
  });

  it('draws over what it drew before in a terminal, and nowhere else', async () => {
    const terminal = await told([quiet, quiet], { redraw: true });
    for (const text of terminal.printed) assert.ok(text.startsWith('\u001b[H\u001b[2JPostgreSQL'));
    const file = await told([quiet, quiet]);
    for (const text of file.printed) assert.ok(text.endsWith('\n') && !text.includes('\u001b'));
    const json = await told([quiet, quiet], { redraw: true, json: true });
    for (const text of json.printed) assert.match(text, /^\{[^\n]*\}$/);
  });

  it('tells a full server from its last answer, and warns once', async () => {
    const { outcome, printed, warned } = await told([quiet, full(), full()], { json: true });
    assert.equal(outcome, 3);
    assert.deepEqual(
      printed.map((text) => (JSON.parse(text) as { overview: { utilization: number } }).overview.utilization),
      [3 / 97, 1, 1],
    );
    assert.deepEqual(warned, [
      'The server is full and refuses us: the sessions are those of the last answer it gave.',
    ]);
  });

  it('has what refuses it in each document, as long as it refuses', async () => {
    const { printed } = await told([quiet, full(), quiet], { json: true });
    for (const text of printed) assertFollowsSchema('server', text);
    assert.deepEqual(
      printed.map((text) => (JSON.parse(text) as ServerDocument).refusal?.sqlState),
      [undefined, '53300', undefined],
    );
  });

  it('tells of a server that is full from the start what is known, and nothing else', async () => {
    const { outcome, printed, warned } = await told([full()], { watch: false, json: true });
    assert.deepEqual([outcome, printed.length, warned.length], [3, 1, 1]);
    assertFollowsSchema('server', printed[0]!);
    const document = JSON.parse(printed[0]!) as FullServerDocument;
    assert.deepEqual(document.server, {
      ...{ version: null, host: '127.0.0.1', port: 5432, user: 'app', sees: null },
    });
    assert.deepEqual(document.refusal, {
      ...{ sqlState: '53300', message: 'sorry, too many \u001b[2Jclients already' },
    });
    const { utilization, health, ...counts } = document.overview;
    assert.deepEqual([utilization, health], [1, 'CRITICAL']);
    for (const unknown of [...Object.values(counts), document.sessions, document.byUser])
      assert.equal(unknown, null);
    assert.deepEqual(
      document.findings.map(({ kind, severity, pids }) => [kind, severity, pids]),
      [['full', 'critical', []]],
    );
    assert.deepEqual(document.warnings, warned);
    assert.match(warned[0]!, /who holds them, is not known\. /);
  });

  it('tells a person the same of a server that is full from the start', async () => {
    const { outcome, printed } = await told([full()], { watch: false });
    assert.equal(outcome, 3);
    assert.match(printed[0]!, /^PostgreSQL at 127\.0\.0\.1:5432, as app, \d{4}-/);
    assert.match(
      printed[0]!,
      /^Connections: 100 % \(CRITICAL\), how many is not known\n {2}it refused us with 53300: sorry, too many \\x1b\[2Jclients already$/m,
    );
    assert.match(printed[0]!, /^Findings: 1 critical, 0 warnings\n {2}CRITICAL {2}The server is full: /m);
  });

  it('watches a server that is full from the start until it answers, whatever comes in between', async () => {
    const { outcome, printed, warned } = await told([full(), full(), gone(), quiet]);
    assert.deepEqual([outcome, printed.length, warned.length], [0, 3, 2]);
    assert.equal(warned[1], 'Nobody answers.');
  });

  it('goes on when the server does not answer for a while, and warns once', async () => {
    const { outcome, printed, warned } = await told([quiet, gone(), gone(), quiet, quiet]);
    assert.deepEqual([outcome, printed.length, warned], [0, 3, ['Nobody answers.']]);
  });

  it('ends at once when the server does not answer at the start', async () => {
    const { outcome, printed } = await told([gone(), quiet]);
    assert.ok(outcome instanceof ServerProblem);
    assert.deepEqual(printed, []);
  });

  it('ends at once when the user has had enough, also while the server does not answer', async () => {
    const enough = new AbortController();
    const closed = new AbortController();
    const never = (): Promise<never> =>
      new Promise((_, reject) => {
        closed.signal.addEventListener('abort', () => reject(gone()));
      });
    const server: LiveServer = {
      ...{ label: 'postgres@127.0.0.1:5432', poll: never, preview: never, end: never, clientProcess: never },
      close: () => {
        closed.abort();
        return Promise.resolve();
      },
    };
    setImmediate(() => enough.abort());
    const warned: unknown[] = [];
    const code = await watchServer(server, {
      ...{ json: false, watch: true, intervalMs: 0, thresholds: defaultThresholds, signal: enough.signal },
      ...{ colour: false, redraw: false, print: () => undefined, warn: (words) => warned.push(words) },
    });
    assert.deepEqual([code, warned], [0, []]);
  });

  it('does not hide what is no problem of the server', async () => {
    const broken = new Error('broken');
    assert.equal((await told([quiet, broken, quiet])).outcome, broken);
  });
});
